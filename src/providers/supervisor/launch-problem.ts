/** Why an instance could not be started. */
export class LaunchProblem extends Error {
  /** What is worth another try: not what somebody has to mend first. */
  readonly mayPass: boolean;
  readonly problems: readonly string[];
  /** The provider says that it may not be used here. */
  readonly isDenied: boolean;

  constructor(problems: readonly string[], mayPass: boolean, isDenied = false) {
    super(problems.join('; '));
    this.problems = problems;
    this.mayPass = mayPass;
    this.isDenied = isDenied;
  }
}
