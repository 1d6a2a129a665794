"""The forms in which Seawall is installed, and which of its commands need what."""

#: Name -> the extras that are asked for.
FORMS = {
    "base": (),
    "reports": ("reports",),
    "server": ("server",),
    "server,reports": ("server", "reports"),
    "fast": ("fast",),
    "everything": ("distributed", "fast", "frames", "metrics", "otel", "postgres", "reports"),
}

ID = "sha256:" + "0" * 64
NO_POSTGRES = "postgresql://nobody@127.0.0.1:1/none"  #: no server listens there

#: The extra that a command needs -> commands that say so before they do anything.
NEEDS = {
    "server": ("demo", "serve --address 127.0.0.1:0", "keygen log.key", "db check", "db upgrade"),
    "reports": (
        *(f"report {ID} --html page.html", f"report {ID} --xlsx book.xlsx"),
        "run company.yaml severe --html page.html",
        "init --xlsx company.xlsx",
        "validate company.xlsx",
    ),
    "postgres": (f"db check --database {NO_POSTGRES}",),
    "otel": ("serve --address 127.0.0.1:0 --otlp-endpoint http://127.0.0.1:1",),
}
BRING_SERVER = frozenset(("distributed", "fast", "metrics", "otel", "postgres"))


def brought(form: str) -> set[str]:
    """The extras that a form brings: some bring the server too."""
    extras = set(FORMS[form])
    return extras | {"server"} if extras & BRING_SERVER else extras


def refused(form: str) -> dict[str, str]:
    """Command -> the extra that it names, for each command that this form does without."""
    extras = brought(form)
    missing = {extra: commands for extra, commands in NEEDS.items() if extra not in extras}
    if "server" in missing:  # which comes first: it is what would look for the others
        missing = {extra: commands for extra, commands in missing.items() if extra not in BRING_SERVER}
    return {command: extra for extra, commands in missing.items() for command in commands}
