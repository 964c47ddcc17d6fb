"""Names of variables that a shell itself gives a meaning."""

import re

PARAMETER = re.compile(r"[0-9]+")
CLEAN = frozenset(  # one word each; those of a Job and a LeaderWorkerSet are set with the pod
    {
        "#", "!", "$", "?", "HOSTNAME", "JOB_COMPLETION_INDEX", "LWS_GROUP_SIZE",
        "LWS_LEADER_ADDRESS", "LWS_WORKER_INDEX", "PWD", "RANDOM", "UID",
    }
)  # fmt: skip

# What is assigned to these is not what they mean afterwards.
FIXED = frozenset(
    {
        "_", "BASHOPTS", "BASHPID", "BASH_ARGV0", "BASH_COMMAND", "BASH_VERSINFO", "DIRSTACK",
        "EPOCHREALTIME", "EPOCHSECONDS", "EUID", "FUNCNAME", "GROUPS", "LINENO", "PPID", "RANDOM",
        "SECONDS", "SHELLOPTS", "SRANDOM", "UID",
    }
)  # fmt: skip
