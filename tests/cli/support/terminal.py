# python3 terminal.py COLUMNS ROWS COMMAND [ARGUMENT ...]: runs a command on a terminal of this size and hands on all that it
# draws; ends with its exit code. A line `^C` or `^D` on standard input is the key.
import fcntl
import os
import pty
import select
import struct
import sys
import termios

columns, rows, *command = sys.argv[1:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", int(rows), int(columns), 0, 0))

listened = [terminal, 0]
while True:
    ready, _, _ = select.select(listened, [], [])
    if 0 in ready:
        typed = os.read(0, 1024)
        if not typed:
            listened.remove(0)
        elif b"^C" in typed:
            os.write(terminal, b"\x03")
        elif b"^D" in typed:
            os.write(terminal, b"\x04")
    if terminal in ready:
        try:
            drawn = os.read(terminal, 65536)
        except OSError:
            break
        if not drawn:
            break
        sys.stdout.buffer.write(drawn)
        sys.stdout.buffer.flush()
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status))
