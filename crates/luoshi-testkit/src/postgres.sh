# Runs a PostgreSQL for tests, told what to do line by line on standard input.
#
# The end of the input is the end of the server: when the tests that started it are gone, however
# they went, nothing of it stays behind.
#
# $1 the folder of the PostgreSQL programs, $2 settings for the server
set -u
export LC_ALL=C
bin=$1
settings=$2
base=$(mktemp -d "${TMPDIR:-/tmp}/luoshi-pg.XXXXXX") || exit 1
data=$base/data
log=$base/log

answer() {
    if [ "$1" -eq 0 ]; then echo ok; else echo "failed: $(tail -n 5 "$log" | tr '\n' ' ')"; fi
}
start() {
    "$bin/pg_ctl" -D "$data" -s -w -t 60 -l "$log" -o "-k '$base' -c listen_addresses='' $settings" start \
        >>"$log" 2>&1 </dev/null
}
end() {
    "$bin/pg_ctl" -D "$data" -s -m immediate stop >/dev/null 2>&1 </dev/null
    cd / && rm -rf "$base"
}
trap end EXIT
trap '' INT

cd "$base" || exit 1
"$bin/initdb" -D "$data" -U luoshi -A trust -E UTF8 --no-locale --no-sync >>"$log" 2>&1 </dev/null && start
answer $?
echo "$base"
while read -r word name; do
    case $word in
    create) "$bin/createdb" -h "$base" -U luoshi "$name" >>"$log" 2>&1 </dev/null; answer $? ;;
    start) start; answer $? ;;
    stop) "$bin/pg_ctl" -D "$data" -s -w -m fast stop >>"$log" 2>&1 </dev/null; answer $? ;;
    kill)
        # The postmaster and its children, without a word of goodbye.
        main=$(head -n 1 "$data/postmaster.pid")
        children=$(ps -o pid= --ppid "$main")
        # shellcheck disable=SC2086
        kill -9 "$main" $children 2>>"$log"
        while kill -0 "$main" 2>/dev/null; do :; done
        answer 0
        ;;
    esac
done
