"""给自己上锁：时间、内存、文件、网络、新进程。只用标准库，在读学员的代码之前调用。

几层各自独立，有一层上一层：POSIX 的资源限制；Linux 的 Landlock（看得到哪些文件）与 seccomp（不许联网、
不许开新进程、不许改别的文件的权限）；各系统都有的 Python 审计钩子。前两样由内核守着，绕不过去；
审计钩子只拦得住平常的写法，拦不住存心要绕的人。上了哪几层如实报告。
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
import sys
from collections.abc import Sequence

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
_CLONE_NEWUSER, _CLONE_NEWNET, _CLONE_THREAD = 0x10000000, 0x40000000, 0x00010000
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
# include/uapi/linux/landlock.h：文件的各项权利，依次为 1<<0 …
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_RIGHTS_BY_ABI = ((1, 1 << 13), (2, 1 << 14), (3, 1 << 15), (5, 1 << 16))
"""（从第几版起，权利的位数上限）"""
_IOCTL_DEV = 1 << 15
_NET_BY_ABI, _NET_ALL = 4, 0b11
_SCOPE_BY_ABI, _SCOPE_ALL = 6, 0b11


def lock(
    *,
    read: Sequence[str],
    write: Sequence[str],
    cpu_seconds: int,
    memory_mb: int,
    file_mb: int = 20,
    parent: int = 0,
) -> list[str]:
    """上锁，一层一层来；上不了的跳过。

    Args:
        read: 可以读的目录与文件。
        write: 可以读写的目录。
        cpu_seconds: 处理器时间（秒）。
        memory_mb: 地址空间（MB）。
        file_mb: 一个文件最多写多大（MB）。
        parent: 父进程号；它先没了就不再往下做。

    Returns:
        上好的各层：``limits``、``files``、``network``、``processes``、``guard``。
    """
    layers = []
    if _limits(cpu_seconds, memory_mb, file_mb):
        layers.append("limits")
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_PDEATHSIG, 9, 0, 0, 0)
        if parent and os.getppid() != parent:
            os._exit(1)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        unshared = _no_network_namespace(libc)
        if _landlock(libc, read, write):
            layers.append("files")
        filtered = _seccomp(libc)
        if filtered or unshared:
            layers.append("network")
        if filtered:
            layers.append("processes")
    _guard([*read, *write], list(write))
    return [*layers, "guard"]


def _limits(cpu_seconds: int, memory_mb: int, file_mb: int) -> bool:
    try:
        import resource
    except ImportError:
        return False
    wanted = {
        "RLIMIT_CPU": cpu_seconds,
        "RLIMIT_AS": memory_mb << 20,
        "RLIMIT_FSIZE": file_mb << 20,
        # 打开又删去的文件，从文件夹里数不到：个数与大小相乘就是它最多占的盘
        "RLIMIT_NOFILE": 96,
        "RLIMIT_CORE": 0,
    }
    done = True
    for name, value in wanted.items():
        # macOS 不认 RLIMIT_AS
        try:
            resource.setrlimit(getattr(resource, name), (value, value))
        except (ValueError, OSError, AttributeError):
            done = False
    return done


def _no_network_namespace(libc: ctypes.CDLL) -> bool:
    """搬进没有网卡的网络空间；有的发行版不许普通用户这样做。"""
    return bool(libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0)


# ---------------------------------------------------------------- 文件：Landlock


def _landlock(libc: ctypes.CDLL, read: Sequence[str], write: Sequence[str]) -> bool:
    abi = libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    if abi < 1:
        return False
    rights = max(top for since, top in _RIGHTS_BY_ABI if abi >= since) - 1
    attributes = struct.pack(
        "QQQ", rights, _NET_ALL if abi >= _NET_BY_ABI else 0, _SCOPE_ALL if abi >= _SCOPE_BY_ABI else 0
    )
    size = 24 if abi >= _SCOPE_BY_ABI else 16 if abi >= _NET_BY_ABI else 8
    rules = libc.syscall(_LANDLOCK_CREATE, attributes, ctypes.c_size_t(size), ctypes.c_uint32(0))
    if rules < 0:
        return False
    look = _EXECUTE | _READ_FILE | _READ_DIR
    try:
        for paths, allowed in ((read, look), (write, rights & ~_EXECUTE)):
            for path in paths:
                _allow(libc, rules, path, allowed)
        return bool(libc.syscall(_LANDLOCK_RESTRICT, ctypes.c_int(rules), ctypes.c_uint32(0)) == 0)
    finally:
        os.close(rules)


def _allow(libc: ctypes.CDLL, rules: int, path: str, allowed: int) -> None:
    try:
        handle = os.open(path, getattr(os, "O_PATH", 0) | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not os.path.isdir(path):  # noqa: PTH112 — 这里只用最少的模块
            allowed &= _EXECUTE | _WRITE_FILE | _READ_FILE | _IOCTL_DEV
        # struct landlock_path_beneath_attr 是紧排的：8 字节的权利，4 字节的句柄
        rule = struct.pack("=Qi", allowed, handle)
        libc.syscall(_LANDLOCK_ADD, ctypes.c_int(rules), ctypes.c_int(1), rule, ctypes.c_uint32(0))
    finally:
        os.close(handle)


# ---------------------------------------------------------------- 系统调用：seccomp

# 名字 → （x86_64 的号，aarch64 的号）；-1 为那里没有
_DENIED = {
    "socket": (41, 198), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201), "sendto": (44, 206),
    "sendmsg": (46, 211), "fork": (57, -1), "vfork": (58, -1), "execve": (59, 221), "execveat": (322, 281),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "mount": (165, 40),
    "umount2": (166, 39), "move_mount": (429, 429), "open_tree": (428, 428), "fsopen": (430, 430),
    "pivot_root": (155, 41), "chroot": (161, 51), "unshare": (272, 97), "setns": (308, 268),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218), "setrlimit": (160, 164),
    "chmod": (90, -1), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, -1),
    "lchown": (94, -1), "fchown": (93, 55), "fchownat": (260, 54), "setxattr": (188, 5), "lsetxattr": (189, 6),
    "fsetxattr": (190, 7), "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
    "utime": (132, -1), "utimes": (235, -1), "futimesat": (261, -1), "utimensat": (280, 88),
    "open_by_handle_at": (304, 265), "init_module": (175, 105), "finit_module": (313, 273),
    "kexec_load": (246, 104), "reboot": (169, 142), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240), "truncate": (76, 45), "memfd_create": (319, 279),
    "memfd_secret": (447, 447), "sched_setscheduler": (144, 119), "sched_setparam": (142, 118),
    "sched_setattr": (314, 274), "ioprio_set": (251, 30), "move_pages": (279, 239), "migrate_pages": (256, 238),
    "process_madvise": (440, 440), "process_mrelease": (448, 448), "kcmp": (312, 272), "setxattrat": (463, 463),
    "removexattrat": (466, 466), "file_setattr": (469, 469), "mount_setattr": (442, 442), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "open_tree_attr": (467, 467), "name_to_handle_at": (303, 264),
    "sethostname": (170, 161), "setdomainname": (171, 162), "delete_module": (176, 106), "swapon": (167, 224),
    "swapoff": (168, 225), "syslog": (103, 116), "kexec_file_load": (320, 294), "acct": (163, 89),
    "quotactl": (179, 60), "adjtimex": (159, 171), "clock_adjtime": (305, 266), "semget": (64, 190),
    "setpriority": (141, 140), "sched_setaffinity": (203, 122), "shmget": (29, 194), "msgget": (68, 186),
    "mq_open": (240, 180), "inotify_add_watch": (254, 27), "fanotify_init": (300, 262),
}  # fmt: skip
_SPECIAL = {"kill": (62, 129), "tgkill": (234, 131), "tkill": (200, 130), "clone": (56, 220), "clone3": (435, 435),
            "prlimit64": (302, 261)}  # fmt: skip
_ARCH = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS = 1, 38
_LD, _JEQ, _JGE, _JSET, _RET = 0x20, 0x15, 0x35, 0x45, 0x06
_NR, _ARCH_AT, _ARGS = 0, 4, 16


def _seccomp(libc: ctypes.CDLL) -> bool:
    machine = _ARCH.get(os.uname().machine)
    if machine is None or sys.maxsize < 2**32:
        return False
    arch, column = machine
    program = [
        (_LD, 0, 0, _ARCH_AT),
        (_JEQ, 1, 0, arch),
        (_RET, 0, 0, _KILL),
        (_LD, 0, 0, _NR),
        # x86_64 上另有一套 x32 的号，一概不许
        (_JGE, 0, 1, 0x40000000),
        (_RET, 0, 0, _ERRNO | _EPERM),
    ]
    for numbers in _DENIED.values():
        if numbers[column] >= 0:
            program += [(_JEQ, 0, 1, numbers[column]), (_RET, 0, 0, _ERRNO | _EPERM)]
    number = {name: numbers[column] for name, numbers in _SPECIAL.items()}
    # clone3 的参数在内存里，看不见；说没有，C 库就改用 clone
    program += [(_JEQ, 0, 1, number["clone3"]), (_RET, 0, 0, _ERRNO | _ENOSYS)]
    # 只许开线程，不许开进程
    program += _when(number["clone"], 0, (_JSET, 0, 1, _CLONE_THREAD))
    me = os.getpid()
    for name in ("kill", "tgkill"):
        program += _when(number[name], 0, (_JEQ, 0, 1, me))
    program += [(_JEQ, 0, 1, number["tkill"]), (_RET, 0, 0, _ERRNO | _EPERM)]
    # 看限制可以，改不行：第三个参数应为空
    program += _when(number["prlimit64"], 2, (_JEQ, 0, 1, 0))
    program.append((_RET, 0, 0, _ALLOW))
    code = b"".join(struct.pack("HBBI", op, yes, no, k & 0xFFFFFFFF) for op, yes, no, k in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("HxxxxxxP", len(program), ctypes.addressof(buffer))
    return bool(libc.prctl(_PR_SET_SECCOMP, 2, ctypes.c_char_p(header), 0, 0) == 0)


def _when(number: int, argument: int, test: tuple[int, int, int, int]) -> list[tuple[int, int, int, int]]:
    """一个系统调用只在某个参数合条件时放行（看低 32 位；高位不看的只有 prlimit64 的指针，另查）。"""
    at = _ARGS + 8 * argument
    op, yes, no, k = test
    checks = [(_LD, 0, 0, at), (op, yes, no, k), (_RET, 0, 0, _ALLOW), (_RET, 0, 0, _ERRNO | _EPERM)]
    if argument == 2:
        checks = [
            (_LD, 0, 0, at + 4),
            (_JEQ, 1, 0, 0),
            (_RET, 0, 0, _ERRNO | _EPERM),
            *checks,
        ]
    return [(_JEQ, 0, len(checks), number), *checks]


# ---------------------------------------------------------------- Python 的审计钩子

_NEVER = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn",
          "os.startfile", "os.kill", "os.chmod", "os.chown", "os.setxattr", "os.utime", "winreg.", "webbrowser.",
          "_winapi.CreateProcess", "_winapi.CreateNamedPipe", "_winapi.OpenProcess", "ftplib.", "smtplib.",
          "http.client.", "urllib.")  # fmt: skip
_READS = ("os.listdir", "os.scandir", "os.chdir", "glob.glob", "sqlite3.connect")
_WRITES = ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "shutil.move",
           "shutil.rmtree", "shutil.copyfile", "tempfile.mkstemp", "tempfile.mkdtemp")  # fmt: skip
_OPEN_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def _guard(read: list[str], write: list[str]) -> None:
    real, prefix = os.path.realpath, os.path.normcase
    readable = [prefix(real(path)) for path in read]
    writable = [prefix(real(path)) for path in write]
    separator = os.sep
    busy = [False]

    def inside(path: object, roots: list[str]) -> bool:
        if isinstance(path, int) or path is None:
            return True
        try:
            name = prefix(real(os.fsdecode(path)))  # type: ignore[arg-type]
        except (TypeError, ValueError):
            return False
        return any(name == root or name.startswith(root.rstrip(separator) + separator) for root in roots)

    def hook(event: str, args: tuple[object, ...]) -> None:
        if busy[0]:
            return
        if event.startswith(_NEVER):
            raise PermissionError("批改时不能联网，也不能运行别的程序")
        if event == "open":
            path, flags = args[0] if args else None, args[2] if len(args) > 2 else None
            writing = bool(int(flags) & _OPEN_FLAGS) if isinstance(flags, int) else False
        elif event in _READS:
            path, writing = args[0] if args else None, False
        elif event.startswith(_WRITES):
            path, writing = args[0] if args else None, True
        else:
            return
        busy[0] = True
        try:
            allowed = inside(path, writable if writing else readable)
            # 改名、连接有两个路径，两头都要在里面
            if event in ("os.rename", "os.link", "os.symlink", "shutil.move", "shutil.copyfile"):
                allowed = allowed and inside(args[1], writable)
        finally:
            busy[0] = False
        if not allowed:
            raise PermissionError("批改时只能读写自己的临时文件夹")

    with contextlib.suppress(RuntimeError):
        sys.addaudithook(hook)
