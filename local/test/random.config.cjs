// The random test of delivery, with as many runs as a night has time for: npm run test:random
process.env.RANDOM_RUNS ??= '2000';

module.exports = {
  ...require('../../jest.config'),
  rootDir: '../..',
  testMatch: ['**/delivery/random.test.ts'],
};
