"""meter.py - what a run cost: time by the wall, CPU seconds by who spent them

cpu_s()		CPU of processes and all below them, ended ones included once their parent has waited for them
postmaster()	the process that owns a PostgreSQL folder, of a target or inside a rehearsal Oracle
"""
import os
import pathlib
import platform
import statistics

TICKS = os.sysconf("SC_CLK_TCK")


def _processes():
    """pid -> (parent, ticks of itself and of the children that it waited for)"""
    found = {}
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue  # it ended while we looked
        found[int(path.parent.name)] = (int(fields[1]), sum(map(int, fields[11:15])))
    return found


def cpu_s(*roots):
    processes, seconds = _processes(), 0
    below, wanted = set(roots), True
    while wanted:
        wanted = {pid for pid, (parent, _) in processes.items() if parent in below} - below
        below |= wanted
    for pid in below & set(processes):
        seconds += processes[pid][1]
    return seconds / TICKS


def postmaster(folder):
    [path] = pathlib.Path(folder).rglob("postmaster.pid")
    return int(path.read_text().split()[0])


class Cost:
    """CPU by name between begin() and end(); each name has its root processes."""

    def __init__(self, **roots):
        self.roots, self.before = roots, {}

    def begin(self):
        self.before = {name: cpu_s(*pids) for name, pids in self.roots.items()}

    def end(self):
        return {name: round(cpu_s(*pids) - self.before[name], 2) for name, pids in self.roots.items()}


def summary(runs, work):
    """Medians of the runs; each is {"s": wall seconds, "cpu_s": {who: seconds}}; @work: rows or transactions in each."""
    seconds = statistics.median(one["s"] for one in runs)
    cpu = {who: round(statistics.median(one["cpu_s"][who] for one in runs), 2) for who in runs[0]["cpu_s"]}
    return {"runs_s": [round(one["s"], 6) for one in runs], "median_s": round(seconds, 6), "per_s": round(work / seconds),
            "cpu_s": cpu}


def machine():
    with open("/proc/cpuinfo") as lines:
        model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    return {"cpu": model, "cores": len(os.sched_getaffinity(0)), "memory_mib": memory, "kernel": platform.release(),
            "load_before": [round(one, 2) for one in os.getloadavg()]}
