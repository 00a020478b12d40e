/** A header as it is typed; rows that are switched off or have no name are not sent. */
export interface HeaderRow {
  name: string;
  value: string;
  on: boolean;
}

/** Those that the page sets itself. */
const OWN = new Set(["accept", "content-type", "content-length", "host", "connection", "origin"]);
const SECRET =
  /authori[sz]ation|cookie|token|secret|password|passwd|credential|session|api-?key|(^|-)(auth|key|jwt)($|-)/i;

/** Whether a header may hold what must not be kept on a disk. */
export function isSecretHeader(name: string): boolean {
  return SECRET.test(name.trim());
}

/** What is wrong with a row; null if it can be sent. */
export function headerProblem(row: HeaderRow): string | null {
  const name = row.name.trim();
  if (name === "") {
    return row.value.trim() === "" ? null : "Give this header a name.";
  }
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) {
    return "A name has letters, digits and signs such as -, but no spaces and no colon.";
  }
  if (OWN.has(name.toLowerCase())) {
    return `${name} is set by the page or the browser.`;
  }
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(row.value)) {
    return "A value is one line of Latin letters and signs.";
  }
  return null;
}

/** What is sent; of rows with the same name the last. */
export function headersOf(rows: HeaderRow[]): Record<string, string> {
  const sent: Record<string, string> = {};
  for (const row of rows) {
    const name = row.name.trim().toLowerCase();
    if (row.on && name !== "" && headerProblem(row) === null) {
      sent[name] = row.value.trim();
    }
  }
  return sent;
}

/** The rows without the values of those that may be secret. */
export function withoutSecrets(rows: HeaderRow[]): HeaderRow[] {
  return rows.map((row) => (isSecretHeader(row.name) ? { ...row, value: "" } : row));
}
