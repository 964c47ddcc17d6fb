"""Names of variables that a shell itself gives a meaning. bash(1), Shell Variables."""

import re

PARAMETER = re.compile(r"[0-9]+")
CLEAN = frozenset(  # one word each; those of a Job and a LeaderWorkerSet are set with the pod
    {
        "#", "$", "?", "HOSTNAME", "JOB_COMPLETION_INDEX", "LWS_GROUP_SIZE", "LWS_LEADER_ADDRESS",
        "LWS_WORKER_INDEX", "PWD",
    }
)  # fmt: skip
NUMBERS = frozenset(  # in bash; other shells know most of them not at all
    {
        "BASHPID", "EPOCHREALTIME", "EPOCHSECONDS", "EUID", "LINENO", "PPID", "RANDOM", "SECONDS",
        "SRANDOM", "UID",
    }
)  # fmt: skip

# What is assigned to these, or stands in env, is not what they mean afterwards.
FIXED = NUMBERS | frozenset(
    {
        "_", "BASHOPTS", "BASH_ALIASES", "BASH_ARGC", "BASH_ARGV", "BASH_ARGV0", "BASH_CMDS",
        "BASH_COMMAND", "BASH_EXECUTION_STRING", "BASH_LINENO", "BASH_MONOSECONDS", "BASH_REMATCH",
        "BASH_SOURCE", "BASH_SUBSHELL", "BASH_TRAPSIG", "BASH_VERSINFO", "COLUMNS", "COPROC",
        "DIRSTACK", "FUNCNAME", "GROUPS", "HISTCMD", "LINES", "OLDPWD", "OPTARG", "OPTIND",
        "PIPESTATUS", "PWD", "SHELLOPTS",
    }
)  # fmt: skip

NOT_REFUSED = FIXED - {"BASHOPTS", "BASH_VERSINFO", "EUID", "PPID", "SHELLOPTS", "UID"}

# Options that change nothing of what is read; any other may change all of it.
SET_LETTERS = frozenset("aefmnuvxbhtpETPlis")
SET_NAMES = frozenset(
    {
        "allexport", "emacs", "errexit", "errtrace", "functrace", "hashall", "ignoreeof", "monitor",
        "noexec", "noglob", "nolog", "notify", "nounset", "onecmd", "physical", "pipefail",
        "privileged", "verbose", "vi", "xtrace",
    }
)  # fmt: skip
SHOPT_NAMES = frozenset(
    {
        "autocd", "cdspell", "checkhash", "checkjobs", "checkwinsize", "cmdhist", "dirspell",
        "dotglob", "extglob", "globstar", "gnu_errfmt", "histappend", "hostcomplete", "huponexit",
        "inherit_errexit", "interactive_comments", "login_shell", "mailwarn", "nocaseglob",
        "progcomp", "promptvars", "shift_verbose",
    }
)  # fmt: skip
