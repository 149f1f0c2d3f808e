"""What a command may say when it cannot go on. `cli.main` turns these into exit codes."""


class CrwError(Exception):
    """Bad usage or bad input: exit 2.

    The message says what is wrong and where; `hint` says what to do about it.
    """

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class CheckFailed(CrwError):
    """A check failed, so nothing was published: exit 1."""

    exit_code = 1
