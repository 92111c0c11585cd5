/** What is wrong with one of several lines, and which of its fields shows it. */
export interface LineProblem<At extends string> {
  readonly at: At
  readonly message: string
}
