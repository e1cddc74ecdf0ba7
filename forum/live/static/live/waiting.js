// What waits in this browser to be sent: one entry in localStorage for each post, under its reader
// and its thread. How it is sent and shown is outbox.js's.
const PREFIX = "hallway-outbox";

// Where the entries of a reader lie; of one thread ("thread-12") where it is named.
export const shelf = (reader, thread = "") => `${PREFIX}:${reader}:${thread && `${thread}:`}`;

export const threadOf = ({ name }) => name.split(":")[2];

export function read(name) {
  try {
    const entry = JSON.parse(localStorage.getItem(name));
    return Array.isArray(entry?.fields) ? { ...entry, name } : null;
  } catch {
    return null;
  }
}

export function entries(prefix) {
  try {
    const kept = Object.keys(localStorage).filter((name) => name.startsWith(prefix)).map(read).filter(Boolean);
    return kept.sort((one, other) => one.at - other.at || (one.name < other.name ? -1 : 1));
  } catch {
    return []; // storage can be forbidden
  }
}

export function note(entry, facts) {
  Object.assign(entry, facts);
  const { name, ...kept } = entry;
  try {
    // Thrown away, or signed out of, in the meantime: it does not come back.
    if (localStorage.getItem(name) !== null) localStorage.setItem(name, JSON.stringify(kept));
  } catch {
    // full: it stays as it was
  }
}

export function drop(entry) {
  localStorage.removeItem(entry.name);
}
