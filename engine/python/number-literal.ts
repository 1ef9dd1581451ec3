/** The value of a number as Python writes it; old octal numbers and the long ones of Python 2 as well. An imaginary one counts as its size. */
export function numberOf(text: string): number {
  const plain = text.replaceAll('_', '').replace(/[lLjJ]$/, '')
  return Number(/^0[0-7]+$/.test(plain) ? `0o${plain.slice(1)}` : plain)
}
