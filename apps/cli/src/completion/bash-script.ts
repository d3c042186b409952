/**
 * What asks `orrery complete` in bash, from 3.2 on. It needs no package of completions, may be evaluated again, and runs
 * nothing of what is typed.
 */
export const BASH_SCRIPT = `# bash completion for orrery
__orrery_complete() {
    local line="\${COMP_LINE:0:COMP_POINT}" words value out
    # Bash itself splits words at = and : as well.
    read -ra words <<< "$line"
    [[ "$line" == *[[:space:]] ]] && words+=("")
    out=$(orrery complete -- "\${words[@]:1}" 2>/dev/null) || return
    COMPREPLY=()
    while IFS=$'\\t' read -r value _; do
        # The last line says whether files are offered, too.
        case "$value" in
            :0) compopt -o filenames 2>/dev/null ;;
            :*) return ;;
            *) COMPREPLY+=("$value") ;;
        esac
    done <<< "$out"
    while IFS= read -r value; do
        COMPREPLY+=("$value")
    done < <(compgen -f -- "\${words[\${#words[@]} - 1]}")
}
complete -F __orrery_complete orrery
`;
