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


def go_program(home, module, *sources, replace=""):
    """The program of @sources, beside each other in @home, with that module: the newest, or what go.mod is to replace it by."""
    for file in sources:
        shutil.copy(file, home / file.name)
    (home / "go.mod").write_text(f"module {home.name}\n\ngo 1.23\n{replace}")
    client("go", *(("mod", "tidy") if replace else ("get", f"{module}@latest")), cwd=home)
    client("go", "build", "-o", "program", ".", cwd=home)
    return home / "program"


def go_ora(name, *sources):
    return go_program(folder(f"go-ora-{name}"), "github.com/sijms/go-ora/v2", *sources)


def go_oracledb(name, *sources):
    """No module proxy has it: it comes from its repository, or from GO_ORACLEDB_GIT, and is named as Go names a commit."""
    module, tree = "github.com/oracle/go-oracledb/v26", folder("go-oracledb") / "tree"
    if not tree.exists():
        client("git", "clone", "--quiet", os.environ.get("GO_ORACLEDB_GIT", "https://github.com/oracle/go-oracledb.git"), tree)
    client("git", "-C", tree, "pull", "--quiet", "--ff-only")
    version = client("git", "-C", tree, "log", "-1", "--abbrev=12", "--date=format-local:%Y%m%d%H%M%S", "--format=v26.0.0-%cd-%h", TZ="UTC").strip()
    return go_program(folder(f"go-oracledb-{name}"), module, *sources, replace=f"\nrequire {module} {version}\n\nreplace {module} => {tree}\n")


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
