"""Handing letters to a mail server that is well, busy, slow, strange or gone; and to a folder where there is none."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import trustme

from confman.jobs.smtp import (
    DeliveryError,
    Folder,
    LetterPostponed,
    LetterRefused,
    Mailer,
    Post,
    Server,
    ServerAway,
    mailer_for,
    server_at,
)
from confman.kernel.settings import BadSetting, Settings
from tests.mail_sink import DIES, FORGETS, Received, Sink, listening

POST = Post(
    sender="anmeldung@lindenbrueck.example",
    recipient="anna@lindenbrueck.example",
    message_id="<0198abcd@lindenbrueck.example>",
    content=b"Subject: Hallo\r\n\r\n.\r\nein Punkt am Anfang\r\n",
)


async def hand_over(mailer: Mailer, *posts: Post) -> None:
    async with mailer.session() as send:
        for post in posts:
            await send(post)


def outcome_of(work: Callable[[], Awaitable[Any]]) -> DeliveryError | None:
    async def run() -> DeliveryError | None:
        try:
            async with asyncio.timeout(20):
                await work()
        except DeliveryError as error:
            return error
        return None

    return asyncio.run(run())


def test_letters_of_one_session_go_over_one_connection() -> None:
    sink = Sink()

    async def work() -> None:
        async with listening(sink):
            await hand_over(server_at(sink.url), POST, POST)

    assert outcome_of(work) is None
    assert sink.received == [Received(POST.sender, (POST.recipient,), POST.content, "250 2.0.0 taken")] * 2
    assert sink.connections == 1


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        ("451 4.7.1 <anna@lindenbrueck.example>: try later", LetterPostponed, "451 4.7.1"),
        ("452 the disk is full", LetterPostponed, "452"),
        ("550 5.1.1 <anna@lindenbrueck.example> is unknown", LetterRefused, "550 5.1.1"),
        ("554 no", LetterRefused, "554"),
        ("421 4.3.2 going down", ServerAway, "the mail server turns us away: 421 4.3.2"),
    ],
)
@pytest.mark.parametrize("step", ["data", "recipients"])
def test_what_the_server_answers_decides_and_no_address_is_kept(
    step: str, answer: str, kind: type[DeliveryError], reason: str
) -> None:
    sink = Sink(data=[answer]) if step == "data" else Sink(recipients=[answer])

    async def work() -> None:
        async with listening(sink):
            await hand_over(server_at(sink.url), POST)

    error = outcome_of(work)

    assert (type(error), str(error)) == (kind, reason)


@pytest.mark.parametrize("answer", [DIES, FORGETS])
def test_a_server_that_goes_in_the_middle_is_away(answer: str) -> None:
    sink = Sink(data=[answer])

    async def work() -> None:
        async with listening(sink):
            await hand_over(server_at(sink.url), POST)

    assert type(outcome_of(work)) is ServerAway


def test_nobody_listening_is_a_server_away() -> None:
    async def work() -> None:
        sink = Sink()
        async with listening(sink):
            pass
        await hand_over(server_at(sink.url), POST)

    error = outcome_of(work)

    assert (type(error), str(error)) == (ServerAway, "the mail server cannot be reached: SMTPConnectError")


@pytest.mark.parametrize("greeting", [b"", b"220 "])
def test_a_server_that_says_nothing_for_long_is_away(greeting: bytes) -> None:
    gone = asyncio.Event()

    async def stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for octet in greeting:
            writer.write(bytes([octet]))
            await asyncio.sleep(0.05)
        await reader.read()
        writer.close()
        await writer.wait_closed()
        gone.set()

    async def work() -> None:
        server = await asyncio.start_server(stall, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        try:
            await hand_over(Server("127.0.0.1", port, tls=False, starttls=False, answer_seconds=0.3), POST)
        finally:
            await gone.wait()
            server.close()
            await server.wait_closed()

    assert type(outcome_of(work)) is ServerAway


def test_a_refused_sender_fails_no_letter() -> None:
    sink = Sink()

    async def work() -> None:
        async with listening(sink, data_size_limit=10):  # 552 to MAIL FROM, because the size is announced there
            await hand_over(server_at(sink.url), POST)

    assert type(outcome_of(work)) is ServerAway


# --- TLS


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def cafile(authority: trustme.CA, tmp_path: Path) -> Path:
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    return file


def certificate_for(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_starttls_is_used_where_it_is_required(authority: trustme.CA, cafile: Path) -> None:
    sink = Sink()

    async def work() -> None:
        async with listening(sink, tls_context=certificate_for(authority, "127.0.0.1"), require_starttls=True):
            await hand_over(server_at(f"{sink.url}?starttls=required&cafile={cafile}"), POST)

    assert outcome_of(work) is None
    assert len(sink.taken) == 1


def test_tls_from_the_first_byte(authority: trustme.CA, cafile: Path) -> None:
    sink = Sink()

    async def work() -> None:
        async with listening(sink, implicit_tls=certificate_for(authority, "127.0.0.1")):
            await hand_over(server_at(f"{sink.url.replace('smtp:', 'smtps:')}?cafile={cafile}"), POST)

    assert outcome_of(work) is None
    assert len(sink.taken) == 1


def test_a_server_without_starttls_gets_nothing() -> None:
    sink = Sink()

    async def work() -> None:
        async with listening(sink):
            await hand_over(server_at(f"{sink.url}?starttls=required"), POST)

    assert type(outcome_of(work)) is ServerAway
    assert sink.received == []


@pytest.mark.parametrize(("name", "is_trusted"), [("mail.evil.example", True), ("127.0.0.1", False)])
@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_of_another_or_of_nobody_we_know_gets_nothing(
    scheme: str, name: str, is_trusted: bool, authority: trustme.CA, cafile: Path
) -> None:
    sink = Sink()
    context = certificate_for(authority if is_trusted else trustme.CA(), name)
    options = {"tls_context": context} if scheme == "smtp" else {"implicit_tls": context}
    query = f"cafile={cafile}" + ("&starttls=required" if scheme == "smtp" else "")

    async def work() -> None:
        async with listening(sink, **options):
            await hand_over(server_at(f"{scheme}://127.0.0.1:{sink.port}?{query}"), POST)

    assert type(outcome_of(work)) is ServerAway
    assert sink.received == []


# --- the address of the server


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://127.0.0.1:2525", Server("127.0.0.1", 2525, tls=False, starttls=False)),
        ("smtp://[::1]", Server("::1", 25, tls=False, starttls=False)),
        ("smtp://localhost:25?starttls=required", Server("localhost", 25, tls=False, starttls=True)),
        ("smtp://mail.example.org", Server("mail.example.org", 587, tls=False, starttls=True)),
        ("smtps://mail.example.org", Server("mail.example.org", 465, tls=True, starttls=False)),
        (
            "smtp://anna%40a.example:p%3Aw%2F@mail.example.org:587?starttls=required&cafile=/etc/ca.pem",
            Server("mail.example.org", 587, False, True, "anna@a.example", "p:w/", "/etc/ca.pem"),
        ),
    ],
)
def test_the_address_of_the_server_is_read(url: str, server: Server) -> None:
    assert server_at(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org:587",
        "http://mail.example.org",
        "smtp://",
        "smtp://mail.example.org/path",
        "smtp://mail.example.org#x",
        "smtp://mail.example.org:99999",
        "smtp://mail.example.org?starttls=never",
        "smtp://mail.example.org?starttls=",
        "smtp://mail.example.org?verify=no",
    ],
)
def test_what_would_weaken_or_mean_nothing_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(BadSetting, match=r"^CONFMAN_SMTP_URL: "):
        server_at(url)


def test_a_password_is_in_no_text_of_the_server() -> None:
    assert "geheim" not in repr(server_at("smtp://anna:geheim@mail.example.org"))


# --- the folder


def settings(data_dir: Path, smtp_url: str | None) -> Settings:
    return Settings(data_dir, "sqlite:///x", "http://localhost:8000", (b"x" * 32,), smtp_url=smtp_url)


def test_without_a_server_letters_are_files(tmp_path: Path) -> None:
    mailer = mailer_for(settings(tmp_path, None))

    async def work() -> None:
        await hand_over(mailer, POST, POST)

    assert outcome_of(work) is None
    assert [(file.name, file.read_bytes()) for file in (tmp_path / "letters").iterdir()] == [
        ("0198abcd@lindenbrueck.example.eml", POST.content)
    ]


def test_with_a_server_letters_go_there(tmp_path: Path) -> None:
    assert mailer_for(settings(tmp_path, "smtp://127.0.0.1:2525")) == server_at("smtp://127.0.0.1:2525")


def test_a_message_id_names_no_other_folder(tmp_path: Path) -> None:
    post = Post(POST.sender, POST.recipient, "<../../x@a.example>", b"x")

    async def work() -> None:
        await hand_over(Folder(tmp_path / "letters"), post)

    assert outcome_of(work) is None
    assert [file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*.eml")] == [
        "letters/.._.._x@a.example.eml"
    ]


def test_a_folder_that_cannot_be_written_is_a_server_away(tmp_path: Path) -> None:
    (tmp_path / "letters").write_text("a file where the folder should be")

    async def work() -> None:
        await hand_over(Folder(tmp_path / "letters"), POST)

    assert type(outcome_of(work)) is ServerAway
