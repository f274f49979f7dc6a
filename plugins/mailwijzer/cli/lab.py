"""`mailwijzer lab`: images, a world that stays up, and commands on its machines."""

from __future__ import annotations

import difflib
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from mailwijzer.cli.terminal import place, safe, say
from mailwijzer.errors import MailwijzerError
from mailwijzer.lab import running, story, world
from mailwijzer.lab.account import LabUnavailableError, account
from mailwijzer.lab.images import recipe, store
from mailwijzer.lab.mirror import SUITES

_WORLD = "lab"
_ASK = r"""awk -v own="$(hostname)" '$2 == own { print $1; exit }' /etc/hosts
systemctl list-units | sed 's/^ *//; s/[.]service .*//' | paste -sd' ' """
_ANY = {"allow_extra_args": True, "ignore_unknown_options": True}

app = typer.Typer(no_args_is_help=True, help="The lab: machines with real mail servers, to try a chapter on.")


@app.command()
def images(
    wanted: Annotated[list[str] | None, typer.Argument(help="Make these: mail-13, mail-12, all.")] = None,
    prune: Annotated[bool, typer.Option("--prune", help="Remove images of older recipes.")] = False,
) -> None:
    """Show which images are here, or make them."""
    known = [f"{name}-{release}" for name in recipe.NAMES for release in SUITES]
    for label in known if wanted == ["all"] else wanted or ():
        if label not in known:
            raise MailwijzerError(f"there is no image '{label}'; there are: {', '.join(known)}, all")
        _make(*label.rsplit("-", 1))
    if prune:
        say(f"Removed: {', '.join(store.prune()) or 'nothing'}")
    for label in known:
        found = store.find(*label.rsplit("-", 1))
        say(f"{label}  {found.packed / 1e6:.0f} MB packed" if found else f"{label}  not made")


def _make(name: str, release: str) -> None:
    if store.find(name, release):
        return
    if not sys.stderr.isatty():
        typer.echo(f"Making the image {name}-{release}; this takes a minute or two.", err=True)
    columns = (BarColumn(20), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(f"{name}-{release}", total=1.0)
        store.make(name, release, lambda what, part: bar.update(task, description=what[:48], completed=part))


@app.command()
def up(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="World: a file of docs/worlds without .yml.")] = _WORLD,
    release: Annotated[str, typer.Option(help="Debian release: 12 or 13.")] = "13",
) -> None:
    """Bring a world up and keep it until Ctrl-C, or until `mailwijzer lab down`; makes images it lacks."""
    path = _path(context, name)
    if release not in SUITES:
        raise MailwijzerError(f"there is no Debian '{release}' here; there are: {', '.join(SUITES)}")
    told = story.load(path)
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        with running.reserved(told.title, release) as write_down, ExitStack() as lasting:
            for image in told.images(release):
                _make(*image)
            start = time.monotonic()
            with Console(stderr=True).status("Bringing up ...") as line:
                lab = lasting.enter_context(world.open(path, release, lambda what: line.update(safe(what))))
            write_down(lab)
            say(f"{lab.title}, on Debian {release}: up in {time.monotonic() - start:.1f} s")
            _introduce(told)
            signal.pause()
    except KeyboardInterrupt:
        say("All machines are gone.")
    finally:
        signal.signal(signal.SIGTERM, before)


def _introduce(told: story.Story) -> None:
    """Who is there, and how to get to them."""
    for name, plan in told.hosts.items():
        say(f"  {name:9} {plan.fqdn:20} {plan.v4:15} {' '.join(plan.daemons)}".rstrip())
    users = {user: password for plan in told.hosts.values() for user, password in plan.users.items()}
    if users:
        say(f"Users and their passwords: {', '.join(f'{user} {word}' for user, word in users.items())}")
    first = min(told.hosts, key=lambda name: (name != "laptop", "bind" in told.hosts[name].daemons))
    say(f"In another terminal: mailwijzer lab shell {first}. Ctrl-C ends everything.")


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _path(context: typer.Context, name: str) -> Path:
    folder = place(context).project().root / "docs" / "worlds"
    path = folder / f"{name}.yml"
    if not path.is_file():
        there = sorted(file.stem for file in folder.glob("*.yml"))
        near = difflib.get_close_matches(name, there, 1)
        hint = f"did you mean '{near[0]}'? " if near else ""
        raise MailwijzerError(f"there is no world '{name}'; {hint}there are: {', '.join(there)}")
    return path


@app.command(context_settings=_ANY)
def run(
    context: typer.Context,
    host: Annotated[str, typer.Argument(help="Machine, by short or full name.")],
    user: Annotated[str, typer.Option(help="Who runs it.")] = "root",
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds after which it is ended.")] = 60.0,
) -> None:
    """Run a command on a machine: mailwijzer lab run mx -- postqueue -p."""
    if not context.args:
        raise MailwijzerError("which command? For instance: mailwijzer lab run mx -- postqueue -p")
    ran = running.current().host(host).run(" ".join(context.args), user=user, timeout=timeout)
    if ran.output:
        say(ran.output.rstrip("\n"))
    if ran.capped:
        typer.echo("(there was more; the rest has been thrown away)", err=True)
    raise typer.Exit(ran.code)


@app.command()
def shell(
    host: Annotated[str, typer.Argument(help="Machine, by short or full name.")],
    user: Annotated[str, typer.Option(help="As whom.")] = "root",
) -> None:
    """Open a shell on a machine."""
    machine = running.current().host(host)
    # `script` takes a terminal of the machine itself; ours has no name in there.
    command = ["script", "-qc", "bash -i", "/dev/null"] if sys.stdin.isatty() else ["bash"]
    code = machine.terminal(command, user=user)
    if not running.is_up():
        say("The world has ended.")
    raise typer.Exit(code)


@app.command()
def status() -> None:
    """Tell whether the lab can work here, and what is up."""
    try:
        who = account()
    except LabUnavailableError as error:
        say(f"The lab is not available: {error}")
        raise typer.Exit(1) from None
    say(f"The lab can work here; its images are in {who.cache}")
    if not running.is_up():
        say("No world is up; mailwijzer lab up brings one.")
        return
    try:
        lab = running.current()
    except MailwijzerError as error:
        say(str(error))
        return
    say(f"Up: {lab.title}, on Debian {lab.release}")
    for machine in lab.hosts:
        address, units, *_ = [*machine.run(_ASK).output.split("\n"), ""]
        say(f"  {machine.name:9} {machine.fqdn:20} {address:15} {units}".rstrip())


@app.command()
def down() -> None:
    """End the world that is up."""
    running.end()
    say("All machines are gone.")
