"""servers.py - the two databases of a demo or a test, each started in one line and stopped for sure

Postgres	a private PostgreSQL 15 cluster on a Unix socket
Rehearsal	a rehearsal Oracle on 127.0.0.1

PostgreSQL refuses to run as root, so under root the cluster belongs to the account `postgres`; the
folders then lie where that account can reach them.
"""
import contextlib
import os
import pathlib
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time

PG_BIN = pathlib.Path("/usr/lib/postgresql/15/bin")
PG_ACCOUNT = "postgres"
SOCKET_ROOM = 40  # of the 107 bytes that the name of a Unix socket may have


def free_port():
    """A TCP port of loopback that nobody has now, and that no outgoing connection gets: a server that is started again finds it free."""
    first_of_others = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = random.SystemRandom().randrange(10000, max(20000, first_of_others))
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


def work_place():
    """TMPDIR if it serves: sockets in it need short names, and PostgreSQL's account, if we are root, a way in."""
    place = pathlib.Path(tempfile.gettempdir()).resolve()
    open_to_all = all(folder.stat().st_mode & 0o001 for folder in (place, *place.parents))
    fits = len(str(place)) <= SOCKET_ROOM and (os.geteuid() != 0 or open_to_all)
    return place if fits else pathlib.Path("/tmp")


def work_folder(name):
    """A new folder that the PostgreSQL account can reach, removed by the caller."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"causeway-{name}-", dir=work_place()))
    folder.chmod(0o755)
    return folder


def as_postgres(command):
    """The command as it has to be started here: under another account if we are root."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", f"--reuid={PG_ACCOUNT}", f"--regid={PG_ACCOUNT}", "--init-groups", *command]


def run(command, **more):
    """Run to the end; on failure the exception carries what it printed."""
    done = subprocess.run([str(c) for c in command], text=True, capture_output=True, **more)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Postgres:
    """The target: a cluster in FOLDER, reached through FOLDER/run."""

    SETTINGS = {
        "listen_addresses": "''", "wal_level": "logical", "max_replication_slots": "10",
        "max_wal_senders": "10", "max_connections": "60", "shared_buffers": "128MB", "timezone": "'UTC'",
    }

    def __init__(self, folder, **settings):
        self.folder = pathlib.Path(folder)
        self.data, self.socket = self.folder / "data", self.folder / "run"
        self.port = 5432
        self.folder.mkdir(parents=True, exist_ok=True)
        self.socket.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            account = pwd.getpwnam(PG_ACCOUNT)
            for path in (self.folder, self.socket):
                os.chown(path, account.pw_uid, account.pw_gid)
        self.socket.chmod(0o700)
        run(as_postgres([PG_BIN / "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "--no-sync",
                         "--locale=C.UTF-8", "-E", "UTF8"]), cwd="/")
        with open(self.data / "postgresql.auto.conf", "a") as conf:
            for key, value in {**self.SETTINGS, "unix_socket_directories": f"'{self.socket}'", **settings}.items():
                conf.write(f"{key} = {value}\n")
        self.start()

    def start(self):
        run(as_postgres([PG_BIN / "pg_ctl", "-D", self.data, "-l", self.folder / "server.log", "-w", "start"]), cwd="/")

    def stop(self, mode="fast"):
        subprocess.run(list(map(str, as_postgres([PG_BIN / "pg_ctl", "-D", self.data, "-m", mode, "-w", "stop"]))),
                       cwd="/", capture_output=True, check=False)

    def kill(self):
        """kill -9 of the postmaster and, as an out-of-memory killer would, of what it had started."""
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        subprocess.run(["pkill", "-9", "-P", str(pid)], check=False)
        time.sleep(0.2)

    def conninfo(self, dbname="postgres", user="postgres"):
        return f"host={self.socket} port={self.port} dbname={dbname} user={user}"


class Rehearsal:
    """The rehearsal Oracle of `causeway-rehearse`, in FOLDER."""

    PASSWORD = "system-secret"

    def __init__(self, program, folder, service="SHOPDB", environment=None, options=(), profile="19c"):
        self.program, self.folder, self.service = str(program), pathlib.Path(folder), service
        self.port, self.password = free_port(), self.PASSWORD
        self.environment = {**os.environ, **(environment or {})}
        self.folder.mkdir(parents=True, exist_ok=True)
        secret = self.folder.parent / f"{self.folder.name}.secret"
        secret.write_text(self.password)
        secret.chmod(0o600)
        run([self.program, "init", self.folder, "--port", self.port, "--service", service, "--profile", profile,
             "--system-password-file", secret, *options], env=self.environment)
        self.process = None
        self.start()

    @property
    def dsn(self):
        return f"127.0.0.1:{self.port}/{self.service}"

    def start(self, timeout=60):
        log = open(f"{self.folder}.log", "ab")
        self.process = subprocess.Popen([self.program, "serve", str(self.folder)], stdout=subprocess.PIPE, stderr=log,
                                        env=self.environment, start_new_session=True)
        line = self.process.stdout.readline().decode()
        if not line.startswith("ready"):
            said = pathlib.Path(f"{self.folder}.log").read_text(errors="replace").splitlines()[-3:]
            raise RuntimeError(f"causeway-rehearse did not start: {line}{' / '.join(said)}")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self):
        """kill -9 of the server; its PostgreSQL is left to be recovered at the next start."""
        self.process.kill()
        self.process.wait()


def remove(folder):
    shutil.rmtree(folder, ignore_errors=True)
