console.log('read');
module.exports = {
  ci: {
    collect: { url: ['http://localhost:8080/'] },
    assert: { assertions: { 'speed-index': ['error', { maxNumericValue: 2 * 1000 }] } },
  },
};
