"""The log: one JSON object a line on standard error, from the level that is set. Never a person, a path or a query."""

import logging
import sys

import structlog


def configure_log(level: str) -> None:
    """`level`: debug, info, warning or error. Called once by each process that serves or works."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def place_of(error: BaseException) -> str:
    """File and line of a fault, for the log; never its words, which may quote a person."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rpartition('confman/')[2]}:{trace.tb_lineno}" if trace else ""
