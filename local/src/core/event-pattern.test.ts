import { eventPattern, InvalidPattern } from './event-pattern';

const cases: readonly (readonly [pattern: object, fits: readonly unknown[], not: readonly unknown[]])[] = [
  [
    { status: ['Active', 'Canceled'] },
    [{ status: 'Active' }, { status: ['x', 'Canceled'] }],
    [{ status: 'active' }, {}],
  ],
  [{ a: { b: [1] } }, [{ a: { b: 1 } }, { a: [{ b: 2 }, { b: 1 }] }], [{ a: 1 }, { a: { b: '1' } }]],
  [{ a: [null] }, [{ a: null }], [{}, { a: '' }]],
  [{ a: [{ exists: true }] }, [{ a: 0 }, { a: null }], [{}, { b: 1 }]],
  [{ a: [{ exists: false }] }, [{}, { b: 1 }], [{ a: 1 }]],
  [{ a: [{ prefix: 'ab' }] }, [{ a: 'abc' }], [{ a: 'Abc' }, { a: 1 }]],
  [{ a: [{ prefix: { 'equals-ignore-case': 'AB' } }] }, [{ a: 'abc' }], [{ a: 'xab' }]],
  [{ a: [{ suffix: '.png' }] }, [{ a: 'x.png' }], [{ a: 'x.PNG' }]],
  [{ a: [{ 'equals-ignore-case': 'Yes' }] }, [{ a: 'yES' }], [{ a: 'yes ' }]],
  [{ a: [{ numeric: ['>', 0, '<=', 5] }] }, [{ a: 5 }, { a: 0.1 }], [{ a: 0 }, { a: 6 }, { a: '3' }]],
  [{ a: [{ numeric: ['=', 3] }] }, [{ a: 3 }], [{ a: 4 }]],
  [{ a: [{ 'anything-but': ['x', 1] }] }, [{ a: 'y' }, { a: '1' }], [{ a: 'x' }, { a: 1 }, {}]],
  [{ a: [{ 'anything-but': { prefix: 'in' } }] }, [{ a: 'out' }], [{ a: 'init' }]],
  [{ a: [{ wildcard: '*/b/*.txt' }] }, [{ a: 'a/b/c.txt' }, { a: '/b/.txt' }], [{ a: 'a/b/c.tx' }, { a: 'b/.txt' }]],
  [{ a: [{ wildcard: 'a\\*b' }] }, [{ a: 'a*b' }], [{ a: 'axb' }]],
  [{ a: [{ cidr: '10.0.0.0/24' }] }, [{ a: '10.0.0.255' }], [{ a: '10.0.1.0' }, { a: 'x' }]],
  [{ $or: [{ a: [1] }, { b: [2] }] }, [{ a: 1 }, { b: 2, a: 0 }], [{ a: 2, b: 1 }]],
];

test.each(cases)('%j', (pattern, fits, not) => {
  const matches = eventPattern(pattern);
  expect(fits.map(matches)).toEqual(fits.map(() => true));
  expect(not.map(matches)).toEqual(not.map(() => false));
});

test.each([
  {},
  { a: 'text' },
  { a: [] },
  { a: [{ nosuch: 1 }] },
  { a: [{ prefix: 1 }] },
  { a: [{ numeric: ['>'] }] },
  { $or: [] },
  [],
])('refuses %j', (pattern) => {
  expect(() => eventPattern(pattern)).toThrow(InvalidPattern);
});

test('a pattern of many wildcards takes no longer on a text made against it', () => {
  const matches = eventPattern({ a: [{ wildcard: `${'a*'.repeat(15)}b` }] });
  expect(matches({ a: 'a'.repeat(1_000_000) })).toBe(false);
});
