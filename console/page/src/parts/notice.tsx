import type { Problem } from '../api';

/** A problem as a sentence and what to do; announced to screen readers when it comes up. */
export function Notice({ problem }: { problem: Problem }) {
  return (
    <div class="notice" role="alert">
      <strong>{problem.title}</strong>
      {problem.detail !== '' && <p>{problem.detail}</p>}
    </div>
  );
}
