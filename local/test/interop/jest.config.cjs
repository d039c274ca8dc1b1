// Tests beside engines that nobody here wrote, which are installed for that run alone: npm run test:interop
module.exports = {
  ...require('../../../jest.config'),
  rootDir: '../../..',
  testMatch: ['**/*.interop.ts'],
  testTimeout: 120_000,
};
