# Runs a program with the system calls and address families that a systemd unit leaves it, and without any privilege,
# as systemd would: within-unit.py UNIT PROGRAM... It asks systemd-analyze what the sets hold, and takes libseccomp.
import ctypes
import os
import re
import subprocess
import sys

ALLOW, ERRNO = 0x7FFF0000, 0x00050000
EPERM, ENOSYS, EAFNOSUPPORT = 1, 38, 97
EQUAL = 4
FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10, "AF_NETLINK": 16}
ALL_FAMILIES = range(46)


class Comparison(ctypes.Structure):
    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


lib = ctypes.CDLL("libseccomp.so.2")
lib.seccomp_init.restype = ctypes.c_void_p
lib.seccomp_load.argtypes = [ctypes.c_void_p]
lib.seccomp_rule_add_array.argtypes = [
    ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, ctypes.POINTER(Comparison)
]


def names(of):
    asked = ["systemd-analyze", "--no-pager", "syscall-filter", of]
    listed = subprocess.run(asked, capture_output=True, text=True, check=True)
    for line in listed.stdout.splitlines()[1:]:
        word = line.strip()
        if word.startswith("@"):
            yield from names(word)
        elif word and not word.startswith("#"):
            yield word


def add(rules, action, name, *comparisons):
    number = lib.seccomp_syscall_resolve_name(name.encode())
    if number < 0:
        return
    array = (Comparison * len(comparisons))(*comparisons)
    assert lib.seccomp_rule_add_array(rules, action, number, len(comparisons), array) == 0, name


unit = dict(re.findall(r"^(\w+)=(.*)$", open(sys.argv[1]).read(), re.M))
allowed = {name for word in unit["SystemCallFilter"].split() for name in (names(word) if word[0] == "@" else [word])}
families = [FAMILIES[word] for word in unit["RestrictAddressFamilies"].split()]

others = lib.seccomp_init(ALLOW)
for family in set(ALL_FAMILIES) - set(families):
    add(others, ERRNO | EAFNOSUPPORT, "socket", Comparison(0, EQUAL, family, 0))
# RestrictNamespaces: its flags cannot be seen, so systemd lets programs believe that there is none.
add(others, ERRNO | ENOSYS, "clone3")
calls = lib.seccomp_init(ERRNO | EPERM)
for name in allowed:
    add(calls, ALLOW, name)
assert lib.seccomp_load(others) == 0 and lib.seccomp_load(calls) == 0
os.execvp(sys.argv[2], sys.argv[2:])
