"""Logs as JSON lines, without personal content: an exception gives its type and its frames, never
its message, which may quote a row or a post."""

import logging
import re

import structlog

# Addresses that open something by themselves: a log must not be a way to them.
_SECRETS = re.compile(
    r"(/(?:feeds|unsubscribe|invitation|apply/(?:draft|copy|support))/)[^/\s\"']+(?=/)"
)


class WithoutSecrets(logging.Filter):
    """Takes the secret out of an address, wherever a line of the log quotes one."""

    def filter(self, record):
        said = record.getMessage()
        hidden = _SECRETS.sub(r"\1…", said)
        if hidden != said:
            record.msg, record.args = hidden, ()
        return True


def _type_and_frames(logger, method, event):
    problem = event.pop("exc_info", None)
    if problem:
        kind, _value, trace = problem
        frames = []
        while trace is not None:
            code = trace.tb_frame.f_code
            frames.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
            trace = trace.tb_next
        event["exception"] = {"type": getattr(kind, "__name__", str(kind)), "frames": frames}
    return event


def json_formatter():
    """The formatter that the settings name; plain logging goes through it as it is."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            _type_and_frames,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(),
        ],
    )
