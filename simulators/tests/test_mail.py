"""The mail server, spoken to by Python's own client."""

import smtplib
from email.message import EmailMessage

import pytest

from simulators.tests.conftest import Running


def mail() -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"] = "登录验证码", "portal@example.cn"
    message["To"] = "Li@example.cn"
    message.set_content("您的验证码是012345。\n.\n一行以点开头的文字\n")
    return message


def send(outside: Running, timeout: float = 3) -> None:
    with smtplib.SMTP("127.0.0.1", outside.smtp_port, timeout=timeout) as client:
        client.send_message(mail())


def mailbox(outside: Running) -> list[dict[str, str]]:
    messages: list[dict[str, str]] = outside.get("/mailbox/li@example.cn/messages.json")
    return messages


def test_a_mail_arrives_whole(outside: Running) -> None:
    send(outside)
    [message] = mailbox(outside)
    assert (message["subject"], message["code"]) == ("登录验证码", "012345")
    assert message["text"].splitlines()[1:] == [".", "一行以点开头的文字"]


def test_login_is_accepted_from_anybody(outside: Running) -> None:
    with smtplib.SMTP("127.0.0.1", outside.smtp_port, timeout=3) as client:
        assert client.login("user", "password")[0] == 235
        client.send_message(mail())
    assert len(mailbox(outside)) == 1


def test_commands_out_of_order(outside: Running) -> None:
    with smtplib.SMTP("127.0.0.1", outside.smtp_port, timeout=3) as client:
        client.ehlo()
        assert client.docmd("DATA")[0] == 503
        assert client.docmd("RCPT", "TO:nobody")[0] == 501
        assert client.docmd("VRFY", "x")[0] == 502


@pytest.mark.parametrize(
    ("mode", "mails"),
    [
        ("error", 0),
        ("refuse", 0),
        ("garbage", 0),
        ("hang", 0),
        ("drip", 0),
        ("late_effect", 1),
        ("effect_then_timeout", 1),
    ],
)
def test_faults_end_without_a_receipt(outside: Running, mode: str, mails: int) -> None:
    outside.switch("email", mode, seconds=0.1)
    with pytest.raises((OSError, smtplib.SMTPException)):
        send(outside, timeout=0.05 if mode == "drip" else 3)
    assert len(mailbox(outside)) == mails


def test_slow_and_duplicate_deliver(outside: Running) -> None:
    outside.switch("email", "slow", seconds=0.05)
    send(outside)
    outside.switch("email", "duplicate")
    send(outside)
    assert len(mailbox(outside)) == 3
