#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# live create-agent: what it writes and where, what it refuses, and what it does with git.
#
#   create.sh BIN-OF-live
set -eu

live=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'chmod -R u+rwx "$work"; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

# A person's machine of our own, so that nobody's configuration of git has a say.
HOME=$work/home
export HOME
unset XDG_CONFIG_HOME GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL EMAIL GIT_DIR
GIT_CONFIG_NOSYSTEM=1
export GIT_CONFIG_NOSYSTEM

. "$here/../support/check.sh"
. "$here/that.sh"

# A fresh folder to stand in, and an identity.
fresh() {
    rm -rf "$work/case" "$HOME"
    mkdir -p "$work/case" "$HOME"
    cd "$work/case"
    git config --global user.name 'Ann Operator'
    git config --global user.email ann@rig.example
}

# What it writes

fresh
check "a folder that is not there" 0 '^rig: [0-9]+ files of an agent called .rig.' '' "$live" create-agent rig
for path in README.md settings.json CMakeLists.txt CMakePresets.json modules tools tests requirements.txt .gitignore \
    .clang-format .github/workflows/ci.yml .live-template.json secrets/live_password; do
    that "it has $path" test -e "rig/$path"
done
that "no hidden folder stays" same "$(find . -name '*live-new*')" ''
that "nothing of the template's name stays" none grep -riqE 'myagent' rig --exclude-dir=.git
that "the first commit is the author's" same "$(git -C rig log --format='%an %ae %s')" \
    'Ann Operator ann@rig.example Start from the agent template of live 0.1.0'
that "the branch is called main" same "$(git -C rig branch --show-current)" main
that "everything is committed" clean rig
that "but the password" none git -C rig ls-files --error-unmatch secrets/live_password
that "which only its owner may read" same "$(stat -c %a rig/secrets/live_password)" 600
that "git sees a sound repository" git -C rig fsck --strict
that "programs stay executable" same "$(git -C rig ls-files -s tests/agent.sh | cut -c 1-6)" 100755
that "no process is enabled" none grep -q '"enabled": *true' rig/settings.json
for block in enabled_modules processes live logging; do
    that "settings.json has $block" has rig/settings.json "^  \"$block\":"
done
that "no password is in it" has rig/settings.json '"password": \{ "file": "secrets/live_password" \}'
sed -n 's/^ *"\(.*\)": "sha256:\([0-9a-f]*\)".*/\2  \1/p' rig/.live-template.json >"$work/sums"
that "its hashes are those of the files" sh -c "cd rig && sha256sum -c --quiet '$work/sums'"
that "of every tracked file but itself" same "$(cut -c 67- "$work/sums" | sort)" \
    "$(git -C rig ls-files | grep -v '^.live-template.json$' | sort)"
fresh
check "a folder whose name a shell would split" 0 "^  cd 'Ann.*s rig'$" '' "$live" create-agent "Ann's rig"
that "is entered by the line that is shown" sh -c "$(sed -n 's/^  \(cd .*\)/\1/p' "$work/out") && test -f settings.json"
fresh
check "one that it would not" 0 '^  cd ./rig_2.x-a$' '' "$live" create-agent ./rig_2.x-a
fresh
"$live" create-agent rig >/dev/null

# What is there already

lines=99
check "a second time every file is named" 1 '' 'live: rig/README.md is there already' "$live" create-agent rig
that "and how many there are" same "$(grep -c 'is there already$' "$work/err")" "$(git -C rig ls-files | wc -l)"
that "and what would overwrite them" has "$work/err" 'nothing was written; --force overwrites those files'
that "and nothing is written" clean rig
echo 'my own' >rig/README.md
rm rig/settings.json
echo 's3cr3t' >rig/secrets/live_password
check "one that is missing is not written alone" 1 '' 'rig/README.md is there already' "$live" create-agent rig
that "it is still missing" none test -e rig/settings.json
check "--dry-run --force lists" 0 '^overwrite rig/README.md$' '' "$live" create-agent rig --dry-run --force
that "what it would write" has "$work/out" '^write rig/settings.json$'
that "and what it would keep" has "$work/out" '^keep rig/secrets/live_password$'
that "but does nothing" same "$(cat rig/README.md)" 'my own'
check "--force overwrites" 0 'nothing was committed' '' "$live" create-agent rig --force
that "all is as it was" clean rig
that "but a secret is kept" same "$(cat rig/secrets/live_password)" s3cr3t
lines=1

fresh
check "--dry-run lists" 0 '^write rig/README.md$' '' "$live" create-agent rig --dry-run
that "and writes nothing" nothing_in .

fresh
mkdir modules
echo mine >modules/own.txt
echo mine >notes
check "in this folder, beside what is there" 0 '^\.: [0-9]+ files of an agent called .case.' '' "$live" create-agent
that "what was there stays" same "$(cat modules/own.txt notes | tr -d '\n')" minemine
that "and is not committed" same "$(git status --porcelain | tr '\n' ' ')" '?? modules/own.txt ?? notes '
that "the folder is a repository" same "$(git log --format=%s)" 'Start from the agent template of live 0.1.0'

fresh
mkdir -p rig/README.md
check "a folder in the place of a file" 1 '' 'rig/README.md is there already, and no file' env -u x sh -c "'$live' create-agent rig 2>&1 >&2 | head -n 1 >&2; exit 1"
lines=9
check "not even with --force" 1 '' 'nothing was written$' "$live" create-agent rig --force
lines=1
rmdir rig/README.md
echo >rig/tests
lines=9
check "a file in the place of a folder" 1 '' 'rig/tests/agent.sh is there already, and no file' "$live" create-agent rig --force
lines=1
that "nothing else is written" same "$(ls -A rig)" tests
rm rig/tests
mkdir rig/.git
check "a .git that is no repository" 1 '' 'rig/.git is there and is no git repository' "$live" create-agent rig
check "a place that is a file" 1 '' 'rig/file is no folder' sh -c "echo >rig/file; exec '$live' create-agent rig/file"
check "a place below nothing" 1 '' 'no/such: No such file or directory' "$live" create-agent no/such/rig
check "a name that is too long" 1 '' 'File name too long' "$live" create-agent "$(printf 'x%.0s' $(seq 300))"
check "two folders" 2 '' "'b' is one word too many" "$live" create-agent a b
check "an empty name" 2 '' "'' is one word too many" "$live" create-agent ''
check "an unknown flag" 2 '' "'--frobnicate' is no option" "$live" create-agent --frobnicate
if [ "$(id -u)" -ne 0 ]; then
    chmod a-w .
    check "a folder that may not be written" 1 '' 'Permission denied' "$live" create-agent new
    chmod u+w .
fi
mkdir locked locked/.live-new
flock locked/.live-new "$live" create-agent locked >"$work/out" 2>"$work/err" || true
that "another 'live' that is at work there" has "$work/err" "locked: another 'live' is writing here"

# Names

for name in 'RIG 7=rig-7' '7=agent-7' 'açúcar=a-car' '...x_y--z...=x-y-z' '---=agent' \
    "$(printf 'abcdefghij%.0s' 1 2 3 4)=abcdefghijabcdefghijabcdefghija"; do
    check "the folder '${name%=*}'" 0 "an agent called '${name#*=}'" '' "$live" create-agent "./${name%=*}"
done
that "its name is in its files" has 'RIG 7/CMakeLists.txt' '^project\(rig-7 '

# The example

fresh
check "--example" 0 'live run --enable sample' '' "$live" create-agent rig --example
that "it has the module" test -e rig/modules/sample/module.c
that "whose processes are in settings.json" has rig/settings.json '"type": "sample_load"'
that "disabled" none grep -q '"enabled": *true' rig/settings.json
that "it is committed" clean rig
that "it is in .live-template.json" has rig/.live-template.json '"modules/sample/module.c": "sha256:'

on_a_terminal() { printf '%s\n' "$1" | script -qec "'$live' create-agent $2" /dev/null; }
that "on a terminal it is asked for" sh -c "printf 'y\n' | script -qec \"'$live' create-agent asked\" /dev/null | grep -q 'working example'"
that "and yes adds it" test -d asked/modules/sample
on_a_terminal '' declined >/dev/null
that "but not by default" none test -e declined/modules/sample
that "and the agent is there" test -e declined/settings.json

# Git

fresh
rm "$HOME/.gitconfig"
lines=9
check "git knows nobody" 0 'files of an agent' 'git config --global user.name' "$live" create-agent rig
lines=1
that "the files are staged" same "$(git -C rig diff --cached --name-only | wc -l)" "$(git -C rig ls-files | wc -l)"
that "and not committed" none git -C rig rev-parse --verify -q HEAD
git -C rig -c user.name=A -c user.email=a@b commit -qm 'By hand'
that "and a commit by hand works" clean rig
GIT_AUTHOR_NAME=Eve GIT_AUTHOR_EMAIL=eve@rig.example GIT_COMMITTER_NAME=Eve GIT_COMMITTER_EMAIL=eve@rig.example
export GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL
check "an identity of the environment" 0 'a first commit' '' "$live" create-agent env
unset GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL
that "is used" same "$(git -C env log --format='%an %ce')" 'Eve eve@rig.example'

fresh
printf '*.json\nmodules\n*.sh\nCMakeLists.txt\n' >"$HOME/ignored"
git config --global core.excludesFile "$HOME/ignored"
check "a global excludes file" 0 'a first commit' '' "$live" create-agent rig
that "leaves nothing out" git -C rig ls-files --error-unmatch settings.json .live-template.json tests/agent.sh CMakeLists.txt
git config --global init.defaultBranch trunk
check "init.defaultBranch" 0 'a first commit' '' "$live" create-agent trunk
that "is honoured" same "$(git -C trunk branch --show-current)" trunk
mkdir -p "$HOME/template/hooks"
printf '#!/bin/sh\nexit 1\n' >"$HOME/template/hooks/pre-commit"
chmod +x "$HOME/template/hooks/pre-commit"
git config --global init.templateDir "$HOME/template"
git config --global commit.gpgSign true
lines=2
check "hooks and signing" 0 'a first commit' 'hooks of the repository were not run' "$live" create-agent hooks
lines=1
that "both are told" has "$work/err" 'not signed, though commit.gpgSign is on'
that "the template of init.templateDir is used" test -x hooks/.git/hooks/pre-commit
git config --global init.templateDir "$HOME/nowhere"
git config --global commit.gpgSign false
check "a template folder that is not there" 0 'a first commit' '' "$live" create-agent untemplated

fresh
git init -q outer
echo staged >outer/other
git -C outer add other
check "inside a repository" 0 'lies in the git repository .*outer/.git/: nothing was committed' '' "$live" create-agent outer/rig
that "no other one is made" none test -e outer/rig/.git
that "nothing is staged" same "$(git -C outer diff --cached --name-only)" other
rm -rf outer/rig
check "--commit inside a repository without a commit" 0 'It is committed' '' "$live" create-agent outer/rig --commit
that "the commit has the agent and nothing else" same "$(git -C outer show --name-only --format= | grep -vc '^rig/')" 0
that "what else was staged still is" same "$(git -C outer diff --cached --name-only)" other
check "--commit upon another commit" 0 'It is committed' '' "$live" create-agent outer/next --commit
that "there are two" same "$(git -C outer rev-list --count HEAD)" 2
that "the first one's files are in the second" same "$(git -C outer show --diff-filter=A --name-only --format= | wc -l)" \
    "$(git -C outer show --name-only --format= | wc -l)"
that "and the work tree is as the index" git -C outer diff --quiet
mkdir outer/.git/rebase-merge
check "--commit during a rebase" 1 '' 'a merge, rebase or the like is under way' "$live" create-agent outer/third --commit
that "nothing is written then" none test -e outer/third
check "--commit in a bare repository" 1 '' 'is bare' sh -c "git init -q --bare bare && exec '$live' create-agent bare/rig --commit"

fresh
if [ "$(id -u)" -eq 0 ]; then
    git init -q foreign
    chown -R 65534 foreign
    check "a repository of somebody else's: --commit" 1 '' "belongs to somebody else: 'git config --global --add safe.directory" \
        "$live" create-agent foreign/rig --commit
    that "nothing is written then" none test -e foreign/rig
    check "without it the agent is made" 0 'nothing was committed' '' "$live" create-agent foreign/rig
    git config --global --add safe.directory "$PWD/foreign"
    check "one that is trusted" 0 'It is committed' '' "$live" create-agent foreign/two --commit
else
    echo "skipped: a repository of somebody else's: only root can give one away"
fi

echo "$((count - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
