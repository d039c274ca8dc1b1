const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * Files that wait for minutes, most of the time idle: Terraform's provider looks at a new or deleted stream after ten
 * seconds. Two of them side by side leave the processor idle.
 */
const WAITING = [/[\\/]stacks[\\/]test[\\/]full\./, /[\\/]__tests__[\\/]console\./, /[\\/]__tests__[\\/]end-to-end\./];

/** Order of the files: each that waits begins about when the one before it ends, beside others that don't. */
module.exports = class extends Sequencer {
  sort(tests) {
    const isWaiting = (test) => WAITING.some((pattern) => pattern.test(test.path));
    const sorted = [...super.sort(tests)];
    const others = sorted.filter((test) => !isWaiting(test));
    const between = Math.ceil(others.length / 8);
    return sorted
      .filter(isWaiting)
      .flatMap((test) => [test, ...others.splice(0, between)])
      .concat(others);
  }
};
