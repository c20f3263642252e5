const MAX_NAME_CHARS = 20;
// As on the server: control, format and other invisible characters.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{2800}]/u;

/** The problem of a name, as a sentence. Undefined if the name is valid. */
export function nameProblem(raw) {
  const name = raw.normalize("NFKC").trim();
  if (name === "") return "choose a name";
  if ([...name].length > MAX_NAME_CHARS) return `a name has at most ${MAX_NAME_CHARS} characters`;
  if (INVISIBLE.test(name)) return "a name cannot hold control or invisible characters";
}

/** Whether a text has a character that a reader sees. */
export function isVisible(text) {
  return [...text].some((character) => character.trim() !== "" && !INVISIBLE.test(character));
}
