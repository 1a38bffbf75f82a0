/**
 * The shells' side of completion: short scripts that ask `dvt complete` and hand on its answer.
 * They never evaluate what was typed.
 *
 * @module
 */

/** The shells there is a script for. */
export const shells = ["bash", "zsh", "fish", "powershell"] as const;

/** A shell with a script. */
export type Shell = typeof shells[number];

/** The script of a shell. */
export function completionScript(shell: Shell): string {
  return scripts[shell];
}

const bash = `# bash completion for dvt; put  source <(dvt completion -s bash)  into ~/.bashrc
_dvt() {
  # bash splits words at "=" and ":"; what was typed without a space belongs together.
  local rest=\${COMP_LINE:0:COMP_POINT} word i last=-1
  local -a words=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if ((last < 0)) || [[ $rest == [[:space:]]* ]]; then
      words[++last]=$word
    else
      words[last]+=$word
    fi
    rest=\${rest#"\${rest%%[![:space:]]*}"}
    rest=\${rest#"$word"}
  done
  local current=\${COMP_WORDS[COMP_CWORD]} glued line paths=:none
  [[ $current == [=:] ]] && current=
  glued=\${words[last]%"$current"}
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :* ]]; then
      paths=$line
    else
      line=\${line%%$'\\t'*}
      printf -v line %q "\${line#"$glued"}"
      COMPREPLY+=("$line")
    fi
  done < <(dvt complete -- "\${words[@]:1}" 2>/dev/null)
  case $paths in
    :directories) compopt -o dirnames +o default 2>/dev/null ;;
    :none) compopt +o default 2>/dev/null ;;
  esac
  ((\${#COMPREPLY[@]} != 1)) || [[ \${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null
}
complete -o default -F _dvt dvt
`;

const zsh = `#compdef dvt
# zsh completion for dvt; put  source <(dvt completion -s zsh)  into ~/.zshrc, behind compinit
_dvt() {
  local line meaning paths=:none
  local -a described
  while IFS= read -r line; do
    if [[ $line == :* ]]; then
      paths=$line
    else
      meaning=\${line#*$'\\t'}
      described+=("\${\${line%%$'\\t'*}//:/\\\\:}\${meaning:+:$meaning}")
    fi
  done < <(dvt complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  (( $#described )) && _describe -t dvt dvt described && return
  case $paths in
    :files) _files ;;
    :directories) _files -/ ;;
  esac
}
if [[ $funcstack[1] == _dvt ]]; then _dvt "$@"; else compdef _dvt dvt; fi
`;

const fish = `# fish completion for dvt; write it to ~/.config/fish/completions/dvt.fish
function __dvt_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in (dvt complete -- $words[2..-1] "$current" 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path "$current"
            case ':directories'
                __fish_complete_directories "$current"
            case ':none'
            case '*'
                printf '%s\\n' $line
        end
    end
end
complete -c dvt -f -a '(__dvt_complete)'
`;

const powershell = `# PowerShell completion for dvt; put its output into $PROFILE
Register-ArgumentCompleter -Native -CommandName dvt -ScriptBlock {
  param($typed, $ast, $cursor)
  $words = @($ast.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.EndOffset -lt $cursor } |
    ForEach-Object { if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.ToString() } })
  $answer = @(& dvt complete "--current=$typed" -- @words 2>$null)
  foreach ($line in $answer) {
    if ($line.StartsWith(':')) { continue }
    $word, $meaning = $line -split "\`t", 2
    if (-not $meaning) { $meaning = $word }
    $shown = if ($word -match '[\\s\`$;&|(){}''"]') { "'" + $word.Replace("'", "''") + "'" } else { $word }
    [System.Management.Automation.CompletionResult]::new($shown, $word, 'ParameterValue', $meaning)
  }
}
`;

const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish, powershell };
