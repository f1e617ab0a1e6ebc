"""install.py - the Oracle drivers there are, each by its own package client, into build/drivers

Each function installs the newest version, builds what it is given against it, and says how to run that.
"""
import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build"
INTO = BUILD / "drivers"
PYTHON = "/usr/bin/python3"


class NotThere(Exception):
    """A driver that cannot be had here; the text says why."""


def client(*words, cwd=None, **environment):
    """A package client; what it printed."""
    if not shutil.which(str(words[0])):
        raise NotThere(f"{words[0]} is not installed")
    done = subprocess.run([str(word) for word in words], cwd=cwd, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=1800, env={**os.environ, **environment}, check=False)
    if done.returncode != 0:
        raise NotThere(f"{' '.join(map(str, words))}: {' '.join(done.stdout.split())[-300:]}")
    return done.stdout


def folder(name):
    (INTO / name).mkdir(parents=True, exist_ok=True)
    return INTO / name


def virtual_python(package, *options):
    """@options: of venv; an environment for each choice of them."""
    home = folder(package + "".join(options))
    if not (home / "bin/python").exists():
        client(PYTHON, "-m", "venv", *options, home)
    client(home / "bin/pip", "install", "--quiet", "--upgrade", package)
    return home / "bin/python"


def node():
    """What NODE_PATH must be."""
    home = folder("node")
    client("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", home, "oracledb@latest")
    return str(home / "node_modules")


def go_ora(source, name):
    """@source: a folder with main.go and go.mod."""
    home = folder(f"go-ora-{name}")
    for file in ("main.go", "go.mod"):
        shutil.copy(source / file, home / file)
    client("go", "get", "github.com/sijms/go-ora/v2@latest", cwd=home)
    client("go", "build", "-o", name, ".", cwd=home)
    return home / name


def ojdbc(source):
    """The command that runs the class of @source; what stands beside it is compiled, too."""
    home = folder("ojdbc")
    for old in home.glob("*.jar"):
        old.unlink()
    client("mvn", "--batch-mode", "--quiet", "dependency:copy", "-Dartifact=com.oracle.database.jdbc:ojdbc11:LATEST",
           f"-DoutputDirectory={home}")
    jar, = home.glob("*.jar")
    client("javac", "-cp", jar, "-d", home / "classes", *source.parent.glob("*.java"))
    return ["java", "-cp", f"{jar}:{home / 'classes'}", source.stem]


def go_oracledb():
    home = folder("go-oracledb")
    (home / "go.mod").write_text("module look\n\ngo 1.21\n")
    told = ""
    for module in ("github.com/oracle/go-oracledb/v26", "github.com/oracle/go-oracledb"):
        try:
            client("go", "list", "-m", f"{module}@latest", cwd=home)
        except NotThere as error:
            told = str(error)
            continue
        raise RuntimeError(f"{module} can be had now: write its form of the suite")
    if "403" in told or "404" in told or "410" in told:
        raise NotThere("the module proxy has no such module, by neither of its paths")
    raise NotThere(told)
