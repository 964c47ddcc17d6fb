"""Programs that run the command that follows them, with the options that may stand between.

Sources: coreutils, util-linux, sudo(8), env(1), numactl(8), tini and dumb-init's README, Open MPI's
mpirun(1), nsys, uv and conda's own help. Launchers of Python stand in launchers.py.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wrapper:
    """How a program's own words end: at the first that is no option of it, after some words."""

    values: frozenset[str] = frozenset()  # options that take a word
    flags: frozenset[str] = frozenset()  # options that take none
    pairs: frozenset[str] = frozenset()  # options that take two
    words: int = 0  # before the command: `timeout 5 cmd`
    keywords: frozenset[str] = frozenset()  # `uv run cmd`
    assigns: bool = False  # `env A=b cmd`
    prints: frozenset[str] = frozenset()  # options with which it runs nothing: `command -v cmd`
    any_value: bool = False  # each of its options takes a word


def _row(  # noqa: PLR0913 - a row of the table
    values: str = "",
    flags: str = "",
    *,
    words: int = 0,
    keywords: str = "",
    pairs: str = "",
    assigns: bool = False,
    prints: str = "",
    any_value: bool = False,
) -> Wrapper:
    texts = (values, flags, pairs, keywords, prints)
    sets = (frozenset(text.split()) for text in texts)
    value_set, flag_set, pair_set, keyword_set, print_set = sets
    return Wrapper(value_set, flag_set, pair_set, words, keyword_set, assigns, print_set, any_value)


_UV = """--with --with-editable --with-requirements --python -p --project --directory --extra
 --group --no-group --only-group --no-extra --env-file --index --default-index --index-url -i
 --extra-index-url --find-links -f --index-strategy --package --upgrade-package -P
 --reinstall-package --refresh-package --link-mode --cache-dir --config-file --config-setting -C
 --prerelease --resolution --exclude-newer --color --allow-insecure-host --python-preference
 --from --torch-backend --keyring-provider -w"""
_UV_FLAGS = """--isolated --active --frozen --locked --no-sync --no-project --no-dev --dev
 --only-dev --all-extras --all-groups --exact --upgrade -U --reinstall --offline --no-cache -n -q
 --quiet -v --verbose --refresh --no-env-file --no-build --no-binary --no-editable --no-config
 --native-tls --no-progress --managed-python --no-managed-python --no-python-downloads
 --compile-bytecode --system --script -s --all-packages --no-index --no-build-isolation
 --no-default-groups"""
_CONDA = "-n --name -p --prefix --cwd -e --env -a --attach --label -r --root-prefix"
_CONDA_FLAGS = """-v --verbose --no-capture-output --live-stream --dev --debug-wrapper-scripts
 --clean-env -d --detach -q --quiet --no-rc --no-env"""
_MPI = """-np --np -n --n -c -N --npernode -npernode -ppn --ppn -x --host -host -H --hostfile
 -hostfile --machinefile -machinefile -f --bind-to -bind-to --map-by -map-by --rank-by -rank-by
 --wdir -wdir -wd --prefix --output-filename --output --stdin --timeout --tune -genvlist -iface
 -launcher --personality --report-uri"""
_MPI_FLAGS = """--allow-run-as-root -allow-run-as-root --oversubscribe -oversubscribe
 --nooversubscribe --report-bindings -report-bindings --tag-output -tag-output --timestamp-output
 -q --quiet -v --verbose --display-map --use-hwthread-cpus --merge-stderr-to-stdout -l
 --display-allocation --bind-to-none -prepend-rank"""
_NSYS = """-o --output -t --trace -s --sample -c --capture-range --capture-range-end -d --duration
 -y --delay -e --env-var -f --force-overwrite -w --show-output -x --stop-on-exit -n
 --inherit-environment -b --backtrace --cuda-graph-trace --cuda-memory-usage --cudabacktrace
 --cpuctxsw --gpu-metrics-device --gpu-metrics-devices --gpu-metrics-set --gpu-metrics-frequency
 --gpuctxsw --python-sampling --python-sampling-frequency --python-backtrace --pytorch -p
 --nvtx-capture --kill --session-new --session --stats --trace-fork-before-exec --wait
 --samples-per-backtrace --sampling-period --sampling-frequency --osrt-threshold --mpi-impl
 --nic-metrics --event-sample --os-events --export --run-as --command-file --ftrace
 --cuda-flush-interval --cuda-um-cpu-page-faults --cuda-um-gpu-page-faults --resolve-symbols
 --python-functions-trace --cuda-event-trace --flush-on-cudaprofilerstop"""

WRAPPERS = {
    "catatonit": _row("", "-g"),
    "catchsegv": _row(),
    "chroot": _row("--groups --userspec", "--skip-chdir", words=1),
    "chrt": _row(
        "-T -P -D --sched-runtime --sched-period --sched-deadline",
        "-b -f -i -o -r -d -a -v -R --batch --fifo --idle --other --rr --deadline --verbose"
        " --all-tasks --reset-on-fork",
        words=1,
    ),
    "command": _row("", "-p", prints="-v -V"),
    "coproc": _row(),
    "conda": _row(_CONDA, _CONDA_FLAGS, keywords="run"),
    "ddtrace-run": _row("", "-d --debug -i --info -p --profiling"),
    "doas": _row("-u -C", "-n"),
    "dumb-init": _row("-r --rewrite", "-c --single-child -v --verbose"),
    "env": _row(
        "-u --unset -C --chdir -a --argv0",
        "-i --ignore-environment - -v --debug --block-signal --default-signal --ignore-signal"
        " --list-signal-handling",
        assigns=True,
    ),
    "exec": _row("-a", "-c -l"),
    "flock": _row(
        "-w --wait --timeout -E --conflict-exit-code",
        "-s --shared -x -e --exclusive -n --nb --nonblock -u --unlock -o --close -F --no-fork"
        " --verbose",
        words=1,
    ),
    "gdb": _row(),
    "gosu": _row(words=1),
    "ionice": _row("-c -n --class --classdata", "-t --ignore"),
    "mamba": _row(_CONDA, _CONDA_FLAGS, keywords="run"),
    "micromamba": _row(_CONDA, _CONDA_FLAGS, keywords="run"),
    "mpiexec": _row(_MPI, _MPI_FLAGS, pairs="-mca --mca -gmca --gmca -genv -env"),
    "mpirun": _row(_MPI, _MPI_FLAGS, pairs="-mca --mca -gmca --gmca -genv -env"),
    "newrelic-admin": _row(keywords="run-program"),
    "nice": _row("-n --adjustment"),
    "nohup": _row(),
    "numactl": _row(
        "-i --interleave -N --cpunodebind -C --physcpubind -m --membind -p --preferred -P"
        " --preferred-many -w --weighted-interleave",
        "-l --localalloc -a --all -b --balancing",
    ),
    "nsys": _row(_NSYS, keywords="profile launch"),
    "nvidia_entrypoint.sh": _row(),
    "opentelemetry-instrument": _row(any_value=True),
    "pdm": _row("-p --project", "-s --site-packages", keywords="run"),
    "pipenv": _row(keywords="run"),
    "pipx": _row(
        "--spec --python --index-url -i --pip-args --backend",
        "-q --quiet -v --verbose --no-cache --pypackages --fetch-missing-python -e --editable"
        " --system-site-packages --path",
        keywords="run",
    ),
    "pixi": _row(
        "-e --environment --manifest-path",
        "--frozen --locked -q --quiet -v --verbose --no-lockfile-update --as-is --clean-env -x"
        " --executable",
        keywords="run",
    ),
    "poetry": _row(keywords="run"),
    "runuser": _row("-u --user -g --group -G --supp-group", "-m -p --preserve-environment"),
    "setpriv": _row(
        "--reuid --regid --groups --ruid --euid --rgid --egid --inh-caps --ambient-caps"
        " --bounding-set --securebits --pdeathsig --selinux-label --apparmor-profile",
        "--clear-groups --keep-groups --init-groups --no-new-privs --nnp --reset-env",
    ),
    "setsid": _row("", "-c --ctty -f --fork -w --wait"),
    "stdbuf": _row("-i -o -e --input --output --error"),
    "strace": _row(
        "-e -o -s -p -E -u -a -b -I -O -S -P -X -U",
        "-f -ff -c -C -d -F -i -k -n -q -qq -r -t -tt -ttt -T -v -w -x -xx -y -yy -z -Z",
    ),
    "su-exec": _row(words=1),
    "sudo": _row(
        "-u --user -g --group -h --host -p --prompt -C -D --chdir -R --chroot -r -t -T -U",
        "-E --preserve-env -n --non-interactive -H --set-home -S --stdin -k -b -A -P -B -i -s",
        assigns=True,
    ),
    "s6-setuidgid": _row(words=1),
    "taskset": _row("", "-a --all-tasks -c --cpu-list", words=1),
    "time": _row("-f -o --format --output", "-a --append -p --portability -v --verbose -q --quiet"),
    "timeout": _row(
        "-k -s --kill-after --signal", "--foreground --preserve-status -v --verbose", words=1
    ),
    "tini": _row("-p -e", "-s -g -v -vv -vvv -w -l"),
    "tini-static": _row("-p -e", "-s -g -v -vv -vvv -w -l"),
    "trtllm-llmapi-launch": _row(),
    "unbuffer": _row("", "-p"),
    "unshare": _row(
        "-R --root -w --wd -S --setuid -G --setgid --propagation --map-user --map-group",
        "-m --mount -u --uts -i --ipc -n --net -p --pid -U --user -C --cgroup -T --time -f --fork"
        " -r --map-root-user -c --map-current-user --kill-child --mount-proc --keep-caps",
    ),
    "uv": _row(_UV, _UV_FLAGS + " -m --module", keywords="run"),
    "uvx": _row(_UV, _UV_FLAGS),
    "with-contenv": _row(),
}
