"""How text files are encoded: by their byte order mark, as said, or else in UTF-8."""

import codecs
from pathlib import Path

from leadscore.errors import LoadRefusedError

CHUNK_BYTES = 1_000_000
SAY_THE_ENCODING = (
    "Say how the file is encoded and load again: --encoding windows-1252 (CSV of Excel in Western Europe), "
    "or another name; or save it as UTF-8."
)
# The longer marks first: that of UTF-32 begins with that of UTF-16.
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
UTF8 = ("utf-8", "utf-8-sig")


def is_text_encoding(name: str) -> bool:
    """Whether text can be decoded by a name."""
    try:
        b"a".decode(name)
    except UnicodeError:
        return True  # a byte alone is nothing in it
    except (LookupError, ValueError):
        return False
    return True


def encoding_of(head: bytes, said: str | None) -> str:
    """How a file is encoded.

    Args:
        head: Its first bytes; a byte order mark is never chance.
        said: What the user says.
    """
    marked = next((name for mark, name in MARKS.items() if head.startswith(mark)), None)
    return marked or (codecs.lookup(said).name if said else "utf-8")


def looks_like_utf16(head: bytes) -> str | None:
    """Of a file without a mark, in which every other byte is zero: which UTF-16 it is."""
    pairs = len(head) // 2
    for name, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        if pairs and zeros.count(0) > pairs // 2:
            return name
    return None


def write_as_utf8(path: Path, content: Path, encoding: str, place: Path) -> None:
    """Write a text again in UTF-8, without a byte order mark, a piece in memory at a time.

    Args:
        path: The file that messages name.
        content: Where its content is.
        encoding: How it is encoded.
        place: Where the text goes.

    Raises:
        LoadRefusedError: It can't be decoded so.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    lines, chunk = 1, b""
    is_first = True
    with content.open("rb") as file, place.open("wb") as written:
        try:
            while True:
                chunk = file.read(CHUNK_BYTES)
                text = decoder.decode(chunk, final=not chunk)
                written.write((text.removeprefix("\ufeff") if is_first else text).encode())
                is_first = is_first and not text
                lines += text.count("\n")
                if not chunk:
                    return
        except UnicodeError as error:
            if isinstance(error, UnicodeDecodeError):
                lines += error.object[: error.start].count(b"\n")
            raise LoadRefusedError(
                f"{path}, line {lines:,} isn't {encoding}; nothing was loaded", SAY_THE_ENCODING
            ) from error
