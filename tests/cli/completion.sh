#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What is made of the commands' tables works: completion in the shells that are here, man pages without a warning.
#
#   completion.sh BIN-OF-live
set -eu

live=$1
share=$(dirname "$live")/../share
. "$(dirname "$0")/setup.sh"

check "for no shell" 2 '' 'for which shell' "$live" completion
check "for another shell" 2 '' "no completion for 'tcsh'" "$live" completion tcsh
check "for two shells" 2 '' "'zsh' is one word too many" "$live" completion bash zsh
for shell in bash zsh fish; do
    check "for $shell" 0 'made from the tables' '' "$live" completion $shell
done
touch 'a file.json' other.txt
mkdir folder

# bash WORD…: what it offers in place of the last word.
cat >ask.bash <<'END'
source <("$1" completion bash); shift
COMP_WORDS=(live "$@") COMP_CWORD=$#
_live
printf '%s\n' "${COMPREPLY[@]}"
END
in_bash() { check "bash: live $2" 0 "$1" '' bash --norc ask.bash "$live" $2 "${3-}"; }
only_in_bash() { in_bash "$@"; holds "and nothing else" test "$(wc -l <"$work/out")" -eq 1; }
in_bash '^simulate$' ''
in_bash '^check-features$' ''
only_in_bash '^query$' '' que
only_in_bash '^add-module$' '' add-
in_bash '^--reducer$' 'query' --
only_in_bash '^--span$' 'query' --sp
only_in_bash '^--help$' 'version' -
in_bash '^a file\.json$' 'run --settings'
only_in_bash '^a file\.json$' 'query x -s' 'a '
only_in_bash '^other\.txt$' 'query --settings =' ot
only_in_bash '^folder$' 'build-rpm --output'
only_in_bash '^folder$' 'create-agent' fo
only_in_bash '^optional$' 'simulate --cometd-auth' o
only_in_bash '^rooms$' 'list' ro
only_in_bash '^validate$' 'help' va
only_in_bash '^$' 'query --span'
only_in_bash '^fish$' 'completion' f
# As bash itself asks it: a line ended with a tab, twice.
if command -v script >/dev/null; then
    cat >rc <<END
source <('$live' completion bash)
unset HISTFILE
PS1='> ' PATH=$(dirname "$live"):\$PATH
bind 'set bell-style none' 'set enable-bracketed-paste off' 2>/dev/null
END
    printf 'live vali\t--js\t-s no-such.json\nexit\n' |
        script -qec "bash --noprofile --rcfile '$work/rc' -i" /dev/null >typed 2>&1 || true
    holds "bash: typed on a terminal" grep -q 'live validate --json -s no-such.json' typed
fi

if command -v zsh >/dev/null; then
    # The functions of zsh's completion that ours calls, saying what they were told.
    cat >ask.zsh <<'END'
compdef() { }
_describe() { print -l -- ${(P)4} }
_arguments() { print -l -- "$@" }
source <("$1" completion zsh); shift
words=(live "$@") CURRENT=$(( $# + 1 ))
_live
END
    in_zsh() { check "zsh: live $2" 0 "$1" '' zsh -f ask.zsh "$live" $2 ''; }
    in_zsh '^simulate:run a platform' ''
    in_zsh '[)]--span=\[the history' query
    in_zsh '[)]-s\+\[names the platform.*:FILE:_files$' query
    in_zsh '^--data=\[.*:\(on off\)$' simulate
    check "zsh: loaded by its own way" 0 '^_live$' '' zsh -f -c \
        'fpath=("$1"/zsh/site-functions $fpath); autoload -U compinit; compinit -D -u; print $_comps[live]' zsh "$share"
fi

if command -v fish >/dev/null; then
    export HOME="$work"
    in_fish() { check "fish: $2" 0 "$1" '' fish -N -c 'source $argv[1]; complete -C "$argv[2]"' "$work/live.fish" "$2"; }
    "$live" completion fish >live.fish
    in_fish '^query.run a query' 'live qu'
    in_fish '^--span.the history' 'live query --sp'
    in_fish '^a file\.json|^a\\ file\.json' 'live run --settings a'
    in_fish '^off' 'live simulate --data o'
    in_fish '^validate' 'live help va'
fi

for page in "$share"/man/man1/*.1; do
    if command -v mandoc >/dev/null; then
        mandoc -T lint -W warning "$page" >lint 2>&1 || true
        holds "mandoc has nothing to say of ${page##*/}" test ! -s lint
    fi
    if command -v man >/dev/null && man --version 2>/dev/null | grep -q '^man 2'; then
        LC_ALL=C.UTF-8 man --warnings -l "$page" >shown 2>lint </dev/null
        holds "man shows ${page##*/} without a warning" test ! -s lint
        holds "as a page" grep -q SYNOPSIS shown
    fi
done
for command in run query simulate build-rpm; do
    holds "there is a page of $command" test -s "$share/man/man1/live-$command.1"
done
holds "a page names every option" grep -q 'no\\-preload' "$share/man/man1/live-query.1"

summary
