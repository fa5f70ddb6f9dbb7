"""The `bonvent` command. Each sub-command is a file; heavy parts are imported when one runs."""

from __future__ import annotations

import os
import sys
from importlib import import_module, metadata

import click

COMMANDS = {
    "review": "Review a draft, or a file of drafts.",
    "ask": "Ask what the style manual says, or answer a file of questions.",
    "search": "Find passages of the style manual.",
    "ingest": "Publish manuals: Markdown, PDF, DOCX, HTML, or folders of them.",
    "manual": "See, compare, publish and retire manuals.",
    "gaps": "What people ask in Slack and the manual doesn't answer.",
    "ambassadors": "Who said yes to being an ambassador; import people who agreed elsewhere.",
    "campaign": "Plan campaigns for ambassadors: bring in a plan, see and pause it.",
    "nudges": "Who would be nudged for which campaign and when, and why not.",
    "policy": "Check the policy rules, or explain one.",
    "eval": "Measure the reviews on labelled drafts.",
    "chat": "Talk with Bonvent in the terminal.",
    "serve": "Serve Slack: drafts in direct messages, reviews in their threads.",
    "init": "Start your own company's knowledge folder.",
    "doctor": "Say what is configured, what works, and how to mend the rest.",
}
_MODULES = {"eval": "evaluate"}


class _Commands(click.Group):
    """Imports a command's file only when it is called, so that help is instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(f"bot.cli.{_MODULES.get(name, name)}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS:
            import difflib

            close = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean “{close[0]}”?" if close else ""
            ctx.fail(f"no command “{args[0]}”.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(metadata.version("bonvent"), prog_name="bonvent")
def bonvent() -> None:
    """Fair wind for what you post: a draft goes in, a review that rests on your style manual comes out.

    Bonvent coaches and never censors: it answers the author and nobody else. It works offline; set OPENAI_API_KEY
    (and OPENAI_BASE_URL, BONVENT_MODEL) to let a language model judge what rules can't.

    \b
    BONVENT_KNOWLEDGE  your company's knowledge folder (bonvent init DIR makes one)
    BONVENT_DATA       where stores live
    """


def main() -> None:
    """Runs the command. Exit codes: 0 fine, 1 something to fix, 2 bad usage or configuration."""
    from bot.errors import BonventError

    _tolerate_bytes()
    try:
        bonvent(prog_name="bonvent", standalone_mode=False)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.Abort:
        click.echo("bonvent: stopped", err=True)
        sys.exit(130)
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        hint = f" (see: {context.command_path} --help)" if context else ""
        click.echo(f"bonvent: {error.format_message().rstrip('.')}{hint}", err=True)
        sys.exit(2)
    except BonventError as error:
        for line in str(error).splitlines():
            click.echo(f"bonvent: {line}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        if sys.flags.dev_mode:
            raise
        click.echo(f"bonvent: {error.filename or 'a file'}: {error.strerror or type(error).__name__}", err=True)
        sys.exit(2)
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        # A trace may hold words of a draft, and tells its author nothing.
        click.echo(f"bonvent: this is a bug of Bonvent's ({type(error).__name__}), not a mistake of yours.", err=True)
        click.echo("bonvent: `python -X dev -m bot.cli …` shows where; please report it without your draft.", err=True)
        sys.exit(2)


def _tolerate_bytes() -> None:
    """What isn't text in the terminal's encoding is told of by the command, and never ends it."""
    import io

    for stream, errors in (
        (sys.stdin, "surrogateescape"),
        (sys.stdout, "backslashreplace"),
        (sys.stderr, "backslashreplace"),
    ):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)
