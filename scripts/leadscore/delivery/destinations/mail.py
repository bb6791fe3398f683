"""Messages by e-mail, one a row, with the standard library.

drt's destination needs a password, doesn't look at the certificate of the server, and takes whatever goes
wrong for a server that is down.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, getaddresses
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from drt.destinations.rate_limiter import resolve_rate_limiter
from drt.templates.renderer import render_template
from pydantic import field_validator

from leadscore.delivery.destinations.api import ApiConfig, Outcome
from leadscore.delivery.secrets import is_this_machine, trimmed
from leadscore.delivery.trouble import ReceiverTroubleError

PLAIN, ENCRYPTED = "smtp", "smtps"
PORTS = {PLAIN: 587, ENCRYPTED: 465}
TIMEOUT_SECONDS = 30


class MailConfig(ApiConfig):
    """A sync's destination.

    Attributes:
        url_env: The variable with the server: `smtp://user:password@host:587` (STARTTLS), `smtps://...:465`
            (TLS), or `smtp://host:25?tls=none`.
        sender: From whom.
        recipients: To whom, with commas between several.
        subject_template: Of one line.
        body_template: Plain text.
    """

    type: Literal["mail"]
    url_env: str
    sender: str
    recipients: str
    subject_template: str
    body_template: str

    @field_validator("sender", "recipients")
    @classmethod
    def _are_addresses(cls, written: str) -> str:
        addresses = _addresses(written)
        if not addresses or any("@" not in address for address in addresses):
            raise ValueError("write an address, or several with commas between them")
        return written


class Mail:
    """Sends a message for each row.

    Attributes:
        notes: What a user should know of the last batch.
    """

    judges_rows = True

    def __init__(self) -> None:
        self.notes: list[str] = []

    def load(self, records: list[dict[str, Any]], config: Any, sync_options: Any) -> Any:
        """Send a batch.

        Raises:
            ReceiverTroubleError: The server can't be reached, or refuses login, sender or all recipients; it
                has accepted nothing.
        """
        self.notes = []
        outcome = Outcome(records)
        pace = resolve_rate_limiter(config, sync_options)
        place, accepted = 0, 0
        try:
            with _whole_troubles(), _connected(config) as server:
                for place, row in enumerate(records):
                    pace.acquire()
                    accepted += self._is_accepted(server, config, outcome, place, row)
        except ReceiverTroubleError as error:
            if not accepted:
                raise
            # What was accepted isn't sent again; the next batch finds out whether the trouble lasts.
            for waiting in range(place, len(records)):
                outcome.refuse(waiting, None, str(error))
        return outcome.result()

    def _is_accepted(
        self, server: smtplib.SMTP, config: Any, outcome: Outcome, place: int, row: dict[str, Any]
    ) -> bool:
        """Send a message; the outcome is told if it is refused."""
        recipients = _addresses(config.recipients)
        try:
            message = _message(row, config)
        except ValueError as error:
            outcome.refuse(place, None, f"a template can't be filled in: {error}")
            return False
        try:
            refused = server.send_message(message, _addresses(config.sender)[0], recipients)
        except smtplib.SMTPDataError as error:
            if error.smtp_code < 500:
                raise
            outcome.refuse(place, error.smtp_code, _words(error))
            return False
        self.notes += [f"{len(refused)} of {len(recipients)} recipients refused"] if refused else []
        return True


def is_open_mail(config: Any) -> bool:
    """Whether messages, and a password, would go to another machine without TLS."""
    address = urlsplit(trimmed(config.url_env) or "")
    return address.scheme == PLAIN and not _asks_for_tls(address) and not _is_here(address)


@contextmanager
def _connected(config: Any) -> Iterator[smtplib.SMTP]:
    address = urlsplit(config.secret("url_env"))
    if address.scheme not in PORTS or not address.hostname:
        raise ReceiverTroubleError(f"{config.url_env} isn't an address like smtp://user:password@host:587")
    port = address.port or PORTS[address.scheme]
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if address.scheme == ENCRYPTED:
        server = smtplib.SMTP_SSL(address.hostname, port, timeout=TIMEOUT_SECONDS, context=context)
    else:
        server = smtplib.SMTP(address.hostname, port, timeout=TIMEOUT_SECONDS)
    try:
        if address.scheme == PLAIN and _asks_for_tls(address) and not _is_here(address):
            server.starttls(context=context)
        if address.username:
            server.login(unquote(address.username), unquote(address.password or ""))
        yield server
    finally:
        # Whatever is answered to a farewell, messages that were accepted are on their way.
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
        server.close()


@contextmanager
def _whole_troubles() -> Iterator[None]:
    """What isn't about one message is about all."""
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        raise ReceiverTroubleError(f"the mail server refuses the login: {_words(error)}") from error
    except UnicodeEncodeError as error:
        raise ReceiverTroubleError("a user or password for mail has to be ASCII") from error
    except smtplib.SMTPSenderRefused as error:
        raise ReceiverTroubleError(f"the mail server refuses the sender: {_words(error)}") from error
    except smtplib.SMTPRecipientsRefused as error:
        told = "; ".join(f"{code} {_text(text)}" for code, text in error.recipients.values())
        raise ReceiverTroubleError(f"the mail server refuses all recipients: {told}") from error
    except smtplib.SMTPNotSupportedError as error:
        raise ReceiverTroubleError(f"the mail server can't do what is asked: {error}") from error
    except smtplib.SMTPResponseException as error:
        raise ReceiverTroubleError(f"the mail server puts off: {_words(error)}") from error
    except (OSError, smtplib.SMTPException) as error:
        raise ReceiverTroubleError(f"the mail server doesn't answer: {error}") from error


def _message(row: dict[str, Any], config: Any) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = config.sender
    message["To"] = config.recipients
    # One line, whatever stands in the data.
    message["Subject"] = " ".join(_printable(render_template(config.subject_template, row)).split())
    message["Date"] = formatdate()
    domain = _addresses(config.sender)[0].rpartition("@")[2]
    message["Message-ID"] = f"<{row['delivery_key']}@{domain}>"
    # Nobody's absence is to be answered to it.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(render_template(config.body_template, row))
    return message


def _addresses(written: str) -> list[str]:
    return [address for _, address in getaddresses([written]) if address]


def _asks_for_tls(address: Any) -> bool:
    return parse_qs(address.query).get("tls") != ["none"]


def _is_here(address: Any) -> bool:
    return is_this_machine(f"http://{address.hostname}")


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)


def _words(error: Any) -> str:
    return f"{error.smtp_code} {_text(error.smtp_error)}"


def _text(told: bytes | str) -> str:
    return told.decode(errors="replace") if isinstance(told, bytes) else told
