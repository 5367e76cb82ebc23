"""The program's log: in a file and on standard error, without the libraries' talk, and never in the way."""

from __future__ import annotations

import logging

import pytest

from clockdesk.app import logs


@pytest.fixture
def root():
    """The root logger, put back afterwards."""
    logger, ours = logging.getLogger(), logging.getLogger("clockdesk")
    before, level, our_level = list(logger.handlers), logger.level, ours.level
    yield logger
    ours.setLevel(our_level)
    for handler in set(logger.handlers) - set(before):
        logger.removeHandler(handler)
        handler.close()
    logger.setLevel(level)


@pytest.mark.logs("a fault")
def test_a_file_gets_everything_and_the_screen_only_errors(root, tmp_path, capsys):
    logs.set_up(tmp_path / "logs")
    log = logging.getLogger("clockdesk.test")
    log.info("a call")
    log.error("a fault")
    said = (tmp_path / "logs" / "clockdesk.log").read_text("utf-8")
    assert "INFO clockdesk.test a call" in said
    assert "ERROR clockdesk.test a fault" in said
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "a fault" in shown.err
    assert "a call" not in shown.err


def test_the_screen_gets_everything_when_asked(root, capsys):
    logs.set_up(None, verbose=True)
    logging.getLogger("clockdesk.test").info("a call")
    assert "a call" in capsys.readouterr().err


def test_libraries_that_log_addresses_and_headers_are_kept_still(root, tmp_path, capsys):
    logs.set_up(tmp_path, verbose=True)
    for name in ("httpx", "httpcore.http11", "asyncio", "qasync._QEventLoop", "keyring.backend", "uvicorn.access"):
        logging.getLogger(name).info("GET https://x/guests/search?free_text_search=nachtigall")
    assert "nachtigall" not in capsys.readouterr().err
    assert "nachtigall" not in (tmp_path / "clockdesk.log").read_text()


@pytest.mark.logs("can't be written")
def test_a_folder_that_can_not_be_written_is_no_reason_to_stop(root, tmp_path):
    (tmp_path / "file").write_text("in the way")
    logs.set_up(tmp_path / "file" / "logs")
    logging.getLogger("clockdesk.test").info("goes on")


def test_only_this_user_may_read_the_log_and_it_does_not_grow_for_ever(root, tmp_path):
    logs.set_up(tmp_path / "logs")
    for _ in range(14):
        logging.getLogger("clockdesk.test").info("x" * 999_000)
    files = list((tmp_path / "logs").iterdir())
    assert len(files) == 6
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)
    assert all(file.stat().st_size <= 2_000_000 for file in files)


def test_setting_up_again_does_not_double_the_lines(root, tmp_path, capsys):
    for _ in range(2):
        logs.set_up(tmp_path, verbose=True)
    logging.getLogger("clockdesk.test").info("once")
    assert capsys.readouterr().err.count("once") == 1
    assert (tmp_path / "clockdesk.log").read_text().count("once") == 1
