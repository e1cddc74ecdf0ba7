"""Sending mails, many of them over one connection."""

import logging
from contextlib import contextmanager
from smtplib import SMTPRecipientsRefused

from django.core.mail import mailers

logger = logging.getLogger(__name__)


@contextmanager
def post_office():
    """A function that sends one mail, over one connection. An address that is refused for good is
    a line in the log; whatever else goes wrong is for the worker to try again."""
    mailer = mailers.default

    def send(message):
        try:
            mailer.send_messages([message])
        except SMTPRecipientsRefused as refusal:
            if any(code < 500 for code, _reason in refusal.recipients.values()):
                raise
            logger.warning("A mail was refused for good by its receiver.")

    try:
        yield send
    finally:
        mailer.close()
