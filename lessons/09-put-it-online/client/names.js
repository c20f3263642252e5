const MAX_NAME_CHARS = 20;
// The server refuses the same: control, format and other characters that nobody can see.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{2800}]/u;

/** The reason why a name is refused, or undefined if it is valid. */
export function nameProblem(raw) {
  const name = raw.normalize("NFKC").trim();
  if (name === "") return "choose a name";
  if ([...name].length > MAX_NAME_CHARS) return `a name has at most ${MAX_NAME_CHARS} characters`;
  if (INVISIBLE.test(name)) return "a name cannot hold control or invisible characters";
}
