import http from 'k6/http';
import { Trend } from 'k6/metrics';

const paying = new Trend('paying', true);

export const options = {
  vus: 1,
  iterations: 1,
  thresholds: {
    http_req_duration: [
      'p(95)<300',
      'p(99.9)<=1000',
      { threshold: 'avg<200', abortOnFail: true, delayAbortEval: '10s' },
    ],
    'http_req_duration{name:"GET /items/{id}"}': ['p(95)<250'],
    http_req_failed: [`rate<${__ENV.MOST_FAILED || '0.01'}`],
    checks: ['rate>0.99', 'rate==1'],
    http_reqs: ['rate>100', 'count>=1000'],
    paying: ['p(95)<150'],
    iterations: ['count<100'],
    'group_duration{group:::cart}': ['max<500'],
    dropped_iterations: ['count==0'],
    'http_req_waiting{op:read}': [],
  },
};

export default function () {
  paying.add(http.get('http://127.0.0.1:1/').timings.waiting);
}
