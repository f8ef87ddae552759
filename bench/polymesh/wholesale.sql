-- The wholesale company: TPC-H as its generator made it, and what products make of it.

CREATE MACRO drawn(i, what) AS (hash(i, what, 20260201) % 1000003) / 1000003.0;

CREATE TABLE customers AS
SELECT c_custkey AS customer_id, c_name AS name, c_mktsegment AS segment, trim(n_name) AS nation
FROM customer JOIN nation ON c_nationkey = n_nationkey;

-- Each customer has a card; two in a hundred lead nowhere, one in a hundred to somebody else as well.
CREATE TABLE holders AS
SELECT
  customer_id,
  'LC' || substr(sha256('card ' || customer_id), 1, 16) AS card,
  drawn(customer_id, 'mapped') >= 0.02 AS mapped,
  CASE
    WHEN drawn(customer_id, 'mapped') >= 0.02 AND drawn(customer_id, 'shared') < 0.01
    THEN 1 + (customer_id + 6 + CAST(hash(customer_id) % 100 AS BIGINT)) % (SELECT count(*) FROM customers)
  END AS other
FROM customers;

-- The same facts before the keys were hidden.
CREATE TABLE true_orders AS
SELECT o_orderkey AS order_id, o_custkey AS customer_id, o_orderdate AS ordered_on, o_totalprice AS total, o_orderpriority AS priority
FROM orders;
CREATE TABLE true_lines AS
SELECT
  l_orderkey AS order_id, l_linenumber AS line_number, o_custkey AS customer_id, o_orderdate AS ordered_on,
  l_partkey AS part_id, l_quantity AS quantity,
  CAST(l_extendedprice * (1 - l_discount) AS DECIMAL(15, 4)) AS price
FROM lineitem JOIN orders ON l_orderkey = o_orderkey;
CREATE TABLE true_returns AS
SELECT
  l_orderkey || '-' || l_linenumber AS return_id, o_custkey AS customer_id, l_receiptdate AS received_on,
  l_quantity AS quantity, CAST(l_extendedprice * (1 - l_discount) AS DECIMAL(15, 2)) AS refund
FROM lineitem JOIN orders ON l_orderkey = o_orderkey
WHERE l_returnflag = 'R';

-- Whom a return counts for where a card is shared: the first, each of them by a part, or both whole.
CREATE VIEW first_returns AS
SELECT true_returns.* REPLACE (least(customer_id, other) AS customer_id)
FROM true_returns JOIN holders USING (customer_id) WHERE mapped;
CREATE VIEW shared_returns AS
SELECT true_returns.*, CASE WHEN other IS NULL THEN 1 ELSE 2 END AS holders
FROM true_returns JOIN holders USING (customer_id) WHERE mapped
UNION ALL
SELECT true_returns.* REPLACE (other AS customer_id), 2
FROM true_returns JOIN holders USING (customer_id) WHERE other IS NOT NULL;

-- What the products serve: no key of one is a key of another.
CREATE VIEW served_customers AS SELECT * FROM customers;
CREATE VIEW served_orders AS
SELECT order_id, sha256(lower(name)) AS customer_hash, ordered_on, total, priority
FROM true_orders JOIN customers USING (customer_id);
CREATE VIEW served_lines AS SELECT order_id, line_number, part_id, quantity, price FROM true_lines;
CREATE VIEW served_cards AS
SELECT card, customer_id FROM holders WHERE mapped
UNION ALL
SELECT card, other FROM holders WHERE other IS NOT NULL;
CREATE VIEW served_returns AS
SELECT return_id, card, received_on, quantity, refund FROM true_returns JOIN holders USING (customer_id);
