import { invalidArgument } from '../values/value';

/** Probability distributions, computed as Apache Commons Math does for Trino. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x - 1;
  const t = shifted + 7.5;
  const sum = LANCZOS.reduce(
    (total, coefficient, index) => (index === 0 ? coefficient : total + coefficient / (shifted + index)),
    0,
  );
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(sum);
}

const EPSILON = 1e-15;
const MAX_STEPS = 10_000;
const TINY = 1e-300;

/** The continued fraction of the incomplete gamma or beta function, by Lentz's method. */
function regularizedGammaQ(a: number, x: number): number {
  if (x < a + 1) {
    let [sum, term] = [1 / a, 1 / a];
    for (let n = 1; n < MAX_STEPS && Math.abs(term) > Math.abs(sum) * EPSILON; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return 1 - sum * Math.exp(-x + a * Math.log(x) - logGamma(a));
  }
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < MAX_STEPS; n++) {
    const an = -n * (n - a);
    b += 2;
    d = 1 / (an * d + b || TINY);
    c = b + an / c || TINY;
    h *= d * c;
    if (Math.abs(d * c - 1) < EPSILON) break;
  }
  return Math.exp(-x + a * Math.log(x) - logGamma(a)) * h;
}

function erfc(x: number): number {
  if (x === 0) return 1;
  const tail = regularizedGammaQ(0.5, x * x);
  return x > 0 ? tail : 2 - tail;
}

export function normalCdf(mean: number, deviation: number, value: number): number {
  if (!(deviation > 0)) throw invalidArgument('standardDeviation must be > 0');
  const distance = (value - mean) / (deviation * Math.SQRT2);
  if (!Number.isFinite(distance)) return distance > 0 ? 1 : distance < 0 ? 0 : Number.NaN;
  return 0.5 * erfc(-distance);
}

/** Inverts an increasing function. */
function invert(cdf: (x: number) => number, p: number, from: number, to: number): number {
  let [low, high] = [from, to];
  for (let step = 0; step < 200 && high - low > Math.abs(low + high) * 1e-17; step++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (cdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

export function inverseNormalCdf(mean: number, deviation: number, p: number): number {
  if (!(p > 0 && p < 1)) throw invalidArgument('p must be 0 > p > 1');
  if (!(deviation > 0)) throw invalidArgument('standardDeviation must be > 0');
  if (p === 0.5) return mean;
  return mean + deviation * invert((x) => normalCdf(0, 1, x), p, -40, 40);
}

function betaFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1) || TINY);
  let h = d;
  for (let m = 1; m < MAX_STEPS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d || TINY);
    c = 1 + even / c || TINY;
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d || TINY);
    c = 1 + odd / c || TINY;
    h *= d * c;
    if (Math.abs(d * c - 1) < EPSILON) break;
  }
  return h;
}

function regularizedBeta(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x));
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(a, b, x)) / a : 1 - (front * betaFraction(b, a, 1 - x)) / b;
}

function checkBeta(a: number, b: number): void {
  if (!(a > 0 && b > 0)) throw invalidArgument('a, b must be > 0');
}

export function betaCdf(a: number, b: number, value: number): number {
  if (!(value >= 0 && value <= 1)) throw invalidArgument('value must be 0 >= v >= 1');
  checkBeta(a, b);
  return regularizedBeta(a, b, value);
}

export function inverseBetaCdf(a: number, b: number, p: number): number {
  if (!(p >= 0 && p <= 1)) throw invalidArgument('p must be 0 >= p >= 1');
  checkBeta(a, b);
  if (p === 0 || p === 1) return p;
  return invert((x) => regularizedBeta(a, b, x), p, 0, 1);
}

/** Lower or upper bound of Wilson's interval of a proportion. */
export function wilson(successes: bigint, trials: bigint, z: number, side: 1 | -1): number {
  if (successes < 0n) throw invalidArgument('number of successes must not be negative');
  if (trials <= 0n) throw invalidArgument('number of trials must be positive');
  if (successes > trials) throw invalidArgument('number of successes must not be larger than number of trials');
  if (z < 0) throw invalidArgument('z-score must not be negative');
  const n = Number(trials);
  const p = Number(successes) / n;
  const centre = p + (z * z) / (2 * n);
  const spread = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return (centre + side * spread) / (1 + (z * z) / n);
}
