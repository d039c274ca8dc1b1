import { liveOf } from './live';

const NOW = 1_800_000_030;
const minutes = (id: string, values: readonly number[]) => ({
  ...{ id, label: id, unit: '' },
  times: values.map((_, index) => NOW - 30 - (values.length - 1 - index) * 60),
  values,
});

test('delivery is trying again as long as the newest minute with a try has no success', () => {
  expect(liveOf([minutes('succeeded', [1, 0])], NOW).tryingAgain).toBe(true);
  expect(liveOf([minutes('succeeded', [0, 1])], NOW).tryingAgain).toBe(false);
  expect(liveOf([], NOW).tryingAgain).toBe(false);
  // An old failure isn't the current state.
  expect(liveOf([{ ...minutes('succeeded', [0]), times: [NOW - 600] }], NOW).tryingAgain).toBe(false);
});

test('a rate is over the seconds of its minute that have passed', () => {
  expect(liveOf([minutes('delivered', [600, 90])], NOW).delivered).toMatchObject({ records: 90, perSecond: 3 });
});
