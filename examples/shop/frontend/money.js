/** An amount as people read it: 1234 is "€12.34". */
export function euros(cents) {
  return `€${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;
}
