WITH "identity" AS (
  SELECT
    "user_id" AS "k",
    "country" AS "d0"
  FROM profiles
), "x_accounts_account_uri" AS (
  SELECT
    "account_uri" AS "f",
    "user_id" AS "t"
  FROM accounts
), "f_plays" AS (
  SELECT
    "i"."k" AS "k",
    "s"."__t0" AS "a0",
    "s"."__t1" AS "a1",
    COUNT(*) AS "m0"
  FROM (
    SELECT
      "account_uri",
      "played_at",
      CAST(DATE_TRUNC('WEEK', "played_at") AS DATE) AS "__t0",
      CAST(DATE_TRUNC('QUARTER', "played_at") AS DATE) AS "__t1"
    FROM plays
  ) AS "s"
  JOIN "x_accounts_account_uri" AS "x"
    ON "s"."account_uri" = "x"."f"
  JOIN "identity" AS "i"
    ON "x"."t" = "i"."k"
  GROUP BY
    "i"."k",
    "s"."__t0",
    "s"."__t1"
), "f_payments" AS (
  SELECT
    "i"."k" AS "k",
    "p"."__t0" AS "a0",
    "p"."__t1" AS "a1",
    SUM("s"."amount") AS "m0",
    MAX(CASE WHEN "s"."currency" <> 'EUR' THEN "s"."currency" END) AS "__unit_0"
  FROM (
    SELECT
      "amount",
      "currency",
      "play_id"
    FROM payments
  ) AS "s"
  JOIN (
    SELECT
      "account_uri",
      "play_id",
      "played_at",
      CAST(DATE_TRUNC('WEEK', "played_at") AS DATE) AS "__t0",
      CAST(DATE_TRUNC('QUARTER', "played_at") AS DATE) AS "__t1"
    FROM plays
  ) AS "p"
    ON "s"."play_id" = "p"."play_id"
  JOIN "x_accounts_account_uri" AS "x"
    ON "p"."account_uri" = "x"."f"
  JOIN "identity" AS "i"
    ON "x"."t" = "i"."k"
  GROUP BY
    "i"."k",
    "p"."__t0",
    "p"."__t1"
), "groups" AS (
  SELECT
    "u"."k",
    "u"."a0",
    "u"."a1"
  FROM (
    SELECT
      "k",
      "a0",
      "a1"
    FROM "f_plays"
    UNION
    SELECT
      "k",
      "a0",
      "a1"
    FROM "f_payments"
  ) AS "u"
)
SELECT
  "i"."k" AS "user_id",
  "g"."a0" AS "week",
  "i"."d0" AS "country",
  "g"."a1" AS "quarter",
  COALESCE("f_plays"."m0", 0) AS "StreamsPlayed",
  COALESCE("f_payments"."m0", 0) AS "ArtistPayments",
  "f_payments"."__unit_0" AS "__unit_0_ArtistPayments"
FROM "groups" AS "g"
JOIN "identity" AS "i"
  ON "i"."k" = "g"."k"
LEFT JOIN "f_plays"
  ON "f_plays"."k" IS NOT DISTINCT FROM "g"."k"
  AND "f_plays"."a0" IS NOT DISTINCT FROM "g"."a0"
  AND "f_plays"."a1" IS NOT DISTINCT FROM "g"."a1"
LEFT JOIN "f_payments"
  ON "f_payments"."k" IS NOT DISTINCT FROM "g"."k"
  AND "f_payments"."a0" IS NOT DISTINCT FROM "g"."a0"
  AND "f_payments"."a1" IS NOT DISTINCT FROM "g"."a1"
ORDER BY
  "i"."k",
  "g"."a0",
  "g"."a1"
LIMIT 5
