// The reference that a customer reads out on the phone: its last two digits catch a typing error.

/** A reference for an order of these lines, such as "HH-4821-0037-58". */
export function reference(lines, total) {
  const digits = lines.map(({ id, quantity }) => `${id}${quantity}`).join("") + total;
  const body = String(remainder(digits, 100_000_007)).padStart(8, "0").slice(-8);
  const check = String(98 - remainder(`${body}00`, 97)).padStart(2, "0");
  return `HH-${body.slice(0, 4)}-${body.slice(4)}-${check}`;
}

function remainder(digits, modulus) {
  let rest = 0;
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % modulus;
  return rest;
}
