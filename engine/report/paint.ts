/** How the parts of a report look. Each function leaves the text as it is where no colours are wanted. */
export interface Paint {
  readonly error: (text: string) => string
  readonly warning: (text: string) => string
  readonly info: (text: string) => string
  readonly good: (text: string) => string
  /** Gutters, arrows, labels. */
  readonly frame: (text: string) => string
  readonly strong: (text: string) => string
  readonly faint: (text: string) => string
  readonly link: (text: string) => string
}

const asIs = (text: string): string => text

export const PLAIN: Paint = {
  error: asIs,
  warning: asIs,
  info: asIs,
  good: asIs,
  frame: asIs,
  strong: asIs,
  faint: asIs,
  link: asIs,
}

/** The sixteen colours of the terminal's own theme, so that they can be read on any background; chalk is loaded only for them. */
export async function paint(color: boolean): Promise<Paint> {
  if (!color) return PLAIN
  const { Chalk } = await import('chalk')
  const chalk = new Chalk({ level: 1 })
  return {
    error: chalk.bold.red,
    warning: chalk.bold.yellow,
    info: chalk.bold.cyan,
    good: chalk.bold.green,
    frame: chalk.blue,
    strong: chalk.bold,
    faint: chalk.dim,
    link: chalk.underline,
  }
}
