package dev.countersign.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class SampleShopTest {

  private final SampleShop shop = new SampleShop();

  @Test
  void cardNumbersPassLuhn() {
    for (int round = 0; round < 1_000; round++) {
      String card = shop.card();
      int sum = 0;
      for (int i = 0; i < card.length(); i++) {
        int digit = card.charAt(card.length() - 1 - i) - '0';
        int weighted = i % 2 == 0 ? digit : digit * 2;
        sum += weighted > 9 ? weighted - 9 : weighted;
      }
      assertThat(card).hasSize(16);
      assertThat(sum % 10).as(card).isZero();
    }
  }

  @Test
  void ibansPassIso13616() {
    for (int round = 0; round < 1_000; round++) {
      String iban = shop.iban();
      String turned = iban.substring(4) + "1314" + iban.substring(2, 4);
      assertThat(iban).hasSize(22);
      assertThat(new BigInteger(turned).mod(BigInteger.valueOf(97))).isEqualTo(BigInteger.ONE);
    }
  }

  @Test
  void isTheSameEachTime() {
    assertThat(new SampleShop().iban()).isEqualTo(new SampleShop().iban());
  }
}
