"""What dbt parsed and compiled is kept for the next process, and made anew where it can't be trusted."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from dbt.constants import DEFAULT_ENV_PLACEHOLDER
from dbt.contracts.graph.manifest import Manifest
from dbt_common.clients.jinja import MacroFuzzEnvironment, get_environment
from leadscore.build import templates
from leadscore.build.kept import FILES, KEPT, kept_manifest
from leadscore.build.templates import kept_templates

TEXT = "{% set points = 3 %}{{ points | as_number }}"


class Parses:
    """Counts how often a project is parsed."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> Manifest | None:
        self.times += 1
        return Manifest()


def test_a_manifest_serves_while_its_stamp_stays(tmp_path: Path) -> None:
    parse, folder = Parses(), tmp_path / "parsed"
    assert isinstance(kept_manifest(folder, ("a", 1), parse), Manifest)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    [file] = folder.glob(FILES)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert isinstance(kept_manifest(folder, ("a", 1), parse), Manifest)
    assert parse.times == 1
    kept_manifest(folder, ("a", 2), parse)
    assert parse.times == 2
    assert kept_manifest(folder, ("a", 3), lambda: None) is None
    kept_manifest(folder, ("a", 1), parse)
    assert parse.times == 2, "both are kept"
    for number in range(3, 20):
        kept_manifest(folder, ("a", number), parse)
        assert len(list(folder.glob(FILES))) <= KEPT
        kept_manifest(folder, ("a", 1), parse)
    assert parse.times == 19, "what is asked for stays"
    kept_manifest(folder, ("a", 19), parse)
    assert parse.times == 19


def test_a_variable_that_models_read_makes_it_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = []

    def parse() -> Manifest:
        times.append(1)
        return Manifest(env_vars={"OF_A_TEAM": os.environ.get("OF_A_TEAM", DEFAULT_ENV_PLACEHOLDER)})

    for value, parsed in ((None, 1), (None, 1), ("a", 2), ("a", 2), (None, 3)):
        monkeypatch.setenv("OF_A_TEAM", value) if value else monkeypatch.delenv("OF_A_TEAM", raising=False)
        kept_manifest(tmp_path / "parsed", ("a",), parse)
        assert len(times) == parsed


@pytest.mark.parametrize("damage", [b"", b"x", slice(40), slice(-9)])
def test_a_damaged_manifest_is_parsed_anew(tmp_path: Path, damage: bytes | slice) -> None:
    parse, folder = Parses(), tmp_path / "parsed"
    for times in (1, 2):
        assert isinstance(kept_manifest(folder, ("a",), parse), Manifest)
        assert parse.times == times
        [file] = folder.glob(FILES)
        file.write_bytes(damage if isinstance(damage, bytes) else file.read_bytes()[damage])


def test_what_a_manifest_looks_up_is_made_anew(tmp_path: Path) -> None:
    parsed = Manifest()
    looked_up = (parsed.ref_lookup, parsed.source_lookup, parsed.doc_lookup, parsed.singular_test_lookup)
    kept_manifest(tmp_path / "parsed", ("a",), lambda: parsed)
    kept = kept_manifest(tmp_path / "parsed", ("a",), lambda: pytest.fail("it is kept"))
    assert kept is not None
    found = (kept.ref_lookup, kept.source_lookup, kept.doc_lookup, kept.singular_test_lookup)
    assert [type(one) for one in found] == [type(one) for one in looked_up]


def test_nothing_is_read_or_kept_where_others_may_write(tmp_path: Path) -> None:
    parse, folder = Parses(), tmp_path / "parsed"
    kept_manifest(folder, ("a",), parse)
    folder.chmod(0o755)
    kept_manifest(folder, ("a",), parse)
    assert parse.times == 1 and stat.S_IMODE(folder.stat().st_mode) == 0o700, (
        "others can have read there alone"
    )
    for mode in (0o777, 0o770, 0o702):
        folder.chmod(mode)
        kept_manifest(folder, ("a",), parse)
    assert parse.times == 4
    (tmp_path / "file").touch()
    kept_manifest(tmp_path / "file", ("a",), parse)
    assert parse.times == 5


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder for templates that this process doesn't know yet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(templates, "_compiled", {})
        yield tmp_path / "templates"


def test_templates_are_compiled_once_and_as_their_environment_wants_them(folder: Path) -> None:
    native, text = get_environment(native=True), get_environment()
    usual = [environment.compile(TEXT).co_code for environment in (native, text)]
    compiled = MacroFuzzEnvironment.compile
    with kept_templates(folder):
        first = [environment.compile(TEXT) for environment in (native, text, native)]
        assert first[2] is first[0]
    assert MacroFuzzEnvironment.compile is compiled
    assert [code.co_code for code in first[:2]] == usual
    assert len(list(folder.iterdir())) == 2
    templates._compiled.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MacroFuzzEnvironment, "compile", lambda *_: pytest.fail("it is kept"))
        with kept_templates(folder):
            kept = [environment.compile(TEXT) for environment in (native, text)]
    assert kept == first[:2]


def test_a_damaged_template_is_compiled_anew(folder: Path) -> None:
    with kept_templates(folder):
        usual = get_environment().compile(TEXT)
    [file] = folder.iterdir()
    for content in (b"", b"damaged", file.read_bytes()[:30], file.read_bytes()[:-5]):
        templates._compiled.clear()
        file.write_bytes(content)
        with kept_templates(folder):
            assert get_environment().compile(TEXT) == usual


def test_templates_do_not_pile_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "MOST_FILES", 3)
    for process in range(4):
        templates._compiled.clear()
        templates._files.cache_clear()
        with kept_templates(folder):
            for number in range(2):
                get_environment().compile(f"{process} {number}")
        assert len(list(folder.iterdir())) <= 4
    with kept_templates(folder):
        for number in range(4):
            get_environment().compile(str(number))
    assert not templates._compiled


def test_a_mistake_in_a_template_is_said_as_ever(folder: Path) -> None:
    with kept_templates(folder), pytest.raises(Exception, match="unexpected '}'"):
        get_environment().compile("{{ 1 + }")
    assert not folder.exists() or not list(folder.iterdir())
