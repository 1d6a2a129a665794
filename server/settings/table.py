"""Every setting of the server's commands."""

from collections.abc import Iterator

from ..observing.lines import FORMATS, LEVELS
from .kinds import COLLECTOR, FILE, NAMES, SWITCH, TENANT, WORKERS, choice, seconds, whole
from .setting import Setting

MOST_PROCESSES = 64  #: of one verification, and that compute calls
LONGEST_DRAIN = 300  #: seconds
SERVE = ("serve",)
#: Commands on what the operator's log has of tenants, API keys and quotas.
ACCOUNTS = (
    *("tenants add", "tenants close", "tenants list", "keys add", "keys retire", "keys list"),
    *("quotas set", "quotas list"),
)
SCHEMAS = ("serve", "db upgrade", "db check", "db verify", "db backup", "db restore")  #: on the tables of a database
DATABASES = (*SCHEMAS, *ACCOUNTS)
LOGS = ("serve", "db verify", "db backup", "db restore", *ACCOUNTS)  #: of these, those on its logs too
CONFIG = "config"  #: the command that shows all settings, and takes each
SETTINGS = (
    Setting(
        "database",
        DATABASES,
        "a SQLite file (serve makes it) or postgresql://USER@HOST/NAME; default seawall.db in this folder",
        default="seawall.db",
        secret=True,
    ),
    Setting(
        "key",
        LOGS,
        "key file of the log, or for db its public half; default DATABASE.key beside a SQLite file",
        FILE,
    ),
    Setting(
        "checkpoints",
        LOGS,
        "folder with the newest checkpoint of each log, outside the database; default DATABASE.checkpoints",
        FILE,
    ),
    Setting(
        "foreign",
        SCHEMAS,
        "tables, views and triggers of other programs beside the evidence, which are no fault",
        NAMES,
        metavar="NAME,...",
    ),
    Setting(
        "address",
        SERVE,
        "HOST:PORT, where port 0 takes a free one; default 127.0.0.1:50551",
        default="127.0.0.1:50551",
    ),
    Setting("tls", SERVE, "TLS, and callers with a token or an API key; without it loopback addresses only", SWITCH),
    Setting("mtls", SERVE, "TLS, and callers with a certificate of their own", SWITCH),
    Setting("certificate", SERVE, "certificate of the server with its intermediates, PEM", FILE),
    Setting("certificate_key", SERVE, "its private key, PEM", FILE),
    Setting("client_ca", SERVE, "with --mtls: certificates of the authorities of callers, PEM", FILE),
    Setting("identities", SERVE, "TOML file that says which credential is which caller", FILE),
    Setting(
        "quotas", ("serve", "quotas list"), "TOML file with the default quotas of every tenant; default none", FILE
    ),
    Setting(
        "operations_address",
        SERVE,
        "HOST:PORT of plain HTTP for probes and metrics, as 127.0.0.1:9464; any address may do; default none",
    ),
    Setting(
        "code_folder",
        SERVE,
        "folder that keeps the compiled code of the extra [fast]; default beside its source, or the user's cache",
        FILE,
    ),
    Setting("ready_file", SERVE, "file to write the address to, once the server answers", FILE),
    Setting(
        "accept_truncation",
        SERVE,
        "start although the log is shorter than its checkpoint file says, as after a restore; the log records it",
        SWITCH,
    ),
    Setting(
        "until_stdin_ends",
        SERVE,
        "stop when standard input ends, as it does when the program that writes to it ends",
        SWITCH,
    ),
    Setting(
        "drain_seconds",
        SERVE,
        f"after SIGTERM, to take calls while health says NOT_SERVING: 0 to {LONGEST_DRAIN}; default 5, on loopback 0",
        seconds(LONGEST_DRAIN),
        metavar="SECONDS",
    ),
    Setting(
        "log_level",
        SERVE,
        f"what the log on standard error has: {', '.join(LEVELS)}; default info, which has a line for each call",
        choice(*LEVELS),
        default="info",
    ),
    Setting(
        "log_format",
        SERVE,
        "a line of the log: json, an object, or text, for people; default json",
        choice(*FORMATS),
        default="json",
    ),
    Setting(
        "otlp_endpoint",
        SERVE,
        "collector of OpenTelemetry to send a span of each call to, as http://127.0.0.1:4317; default none",
        COLLECTOR,
        metavar="URL",
    ),
    Setting(
        "workers",
        SERVE,
        "processes that compute sweeps, or a Dask cluster as dask://127.0.0.1:8786, by TLS unless on this machine;"
        " default one less than processors",
        WORKERS,
        metavar="N|URL",
    ),
    Setting(
        "engine_processes",
        SERVE,
        "processes that compute calls; with 0 threads of the server do; default one less than processors,"
        " and 4 at most",
        whole(0, MOST_PROCESSES),
        metavar="N",
    ),
    Setting(
        "recompute",
        ("db verify",),
        "also compute every execution, assessment, report and analysis again, and blocks of sweeps; takes much longer",
        SWITCH,
    ),
    Setting("tenant", ("db verify",), "verify this one alone; default all", TENANT),
    Setting(
        "processes",
        ("db verify",),
        f"1 to {MOST_PROCESSES}, for a large database; default one a processor, at most 8",
        whole(1, MOST_PROCESSES),
        metavar="N",
    ),
)
BY_KEY = {setting.key: setting for setting in SETTINGS}


def settings_of(command: str) -> Iterator[Setting]:
    """The settings that a command takes."""
    return (setting for setting in SETTINGS if command in (CONFIG, *setting.commands))
