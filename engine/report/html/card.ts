export const LANES = ['Build and processes', 'Servers', 'App', 'Python that runs', 'Data and config vars'] as const
export type Lane = 0 | 1 | 2 | 3 | 4

export interface Card {
  readonly id: string
  readonly lane: Lane
  /** What it is, in a word or two: "web process". */
  readonly kind: string
  readonly title: string
  readonly lines: readonly string[]
  /** Something that should be there and is not. */
  readonly absent: boolean
}

export interface Line {
  readonly from: string
  readonly to: string
  readonly absent: boolean
}
