import type { Problem } from '../api';

/** A problem as a sentence with advice; screen readers announce it. */
export function Notice({ problem }: { problem: Problem }) {
  return (
    <div class="notice" role="alert">
      <strong>{problem.title}</strong>
      {problem.detail !== '' && <p>{problem.detail}</p>}
    </div>
  );
}
