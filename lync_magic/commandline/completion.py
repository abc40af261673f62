"""`lync-magic completion SHELL`: what a shell needs to complete our words."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

_WHERE = {
    "bash": 'eval "$(lync-magic completion bash)"   in ~/.bashrc',
    "zsh": 'eval "$(lync-magic completion zsh)"   in ~/.zshrc',
    "fish": "lync-magic completion fish | source   in ~/.config/fish/completions/lync-magic.fish",
}


@click.command(epilog="\b\nWhere it goes:\n" + "\n".join(f"  {line}" for line in _WHERE.values()))
@click.argument("shell", type=click.Choice(sorted(_WHERE)))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the shell's completion for lync-magic."""
    made = get_completion_class(shell)
    if made is None:
        raise click.ClickException(f"There is no completion for {shell}.")
    root = context.find_root()
    click.echo(made(root.command, {}, "lync-magic", "_LYNC_MAGIC_COMPLETE").source())
